# One file, a target for each service; each carries only the packages of its own lock file.
# A package index of your own: docker build --build-arg PIP_INDEX_URL=... (pip's own variables, nothing kept in the image).
FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/venv/bin:$PATH
RUN groupadd --gid 10001 stancewatch \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin stancewatch \
    && install --directory --owner=10001 --group=10001 --mode=0755 /secrets /demo \
    && python3 -m venv /venv
WORKDIR /app

FROM base AS ingest-packages
ARG PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST
COPY requirements/ingest.txt requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt

FROM base AS extract-packages
ARG PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST
COPY requirements/extract.txt requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt

FROM base AS alert-packages
ARG PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST
COPY requirements/alert.txt requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt

FROM base AS api-packages
ARG PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST
COPY requirements/api.txt requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt

FROM base AS worker
# Celery's warm shutdown gives running tasks their 25 seconds only on SIGQUIT; containers are stopped with SIGTERM.
ENV REMAP_SIGTERM=SIGQUIT
COPY LICENSE ./
COPY shared shared
COPY services/__init__.py services/__init__.py

FROM worker AS ingest
COPY --from=ingest-packages /venv /venv
COPY services/ingest services/ingest
USER 10001:10001
CMD ["celery", "-A", "services.ingest.tasks", "worker", "-Q", "ingest,fetch", "-n", "ingest@%h", "--concurrency=4", "--loglevel=INFO", "--without-gossip", "--without-mingle"]

FROM worker AS extract
COPY --from=extract-packages /venv /venv
COPY services/extract services/extract
USER 10001:10001
CMD ["celery", "-A", "services.extract.tasks", "worker", "-Q", "extract,review", "-n", "extract@%h", "--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle"]

FROM worker AS alert
COPY --from=alert-packages /venv /venv
COPY services/alert services/alert
USER 10001:10001
CMD ["celery", "-A", "services.alert.tasks", "worker", "-Q", "alert,deliver", "-n", "alert@%h", "--concurrency=4", "--loglevel=INFO", "--without-gossip", "--without-mingle"]

# The API, the scheduler, the migrations and the command line.
FROM base AS api
COPY --from=api-packages /venv /venv
COPY LICENSE pyproject.toml ./
COPY shared shared
COPY services services
COPY stancewatch stancewatch
COPY seeds seeds
USER 10001:10001
EXPOSE 8000
CMD ["uvicorn", "--factory", "stancewatch.web:create_app", "--host", "0.0.0.0", "--port", "8000", "--no-server-header", "--no-access-log", "--log-level", "warning"]
