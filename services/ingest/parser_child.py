"""The parser's own process: reads feeds that strangers wrote, within limits on memory and CPU, and nothing else."""

import os
import resource
import sys

from services.ingest.feed_parser import parse_feed
from services.ingest.parser_wire import Parsed, Question, pack_answer, read_question
from services.ingest.sitemap_parser import parse_sitemap
from services.ingest.values import NotAFeed

MOST_MEMORY = 512 * 1024 * 1024
MOST_CPU_SECONDS = 15


def main() -> None:
    """Answer one feed after the other until the worker hangs up."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not look like an answer
    while (asked := read_question(sys.stdin.buffer)) is not None:
        question, body = asked
        _allow_cpu()
        answers.write(pack_answer(_parse(body, question)))
        answers.flush()


def _parse(body: bytes, question: Question) -> Parsed:
    try:
        if question.is_sitemap:
            return parse_sitemap(body)
        return parse_feed(body, question.url, question.content_type)
    except MemoryError:
        return NotAFeed("reading it takes too much memory")
    except RecursionError:
        return NotAFeed("it is nested too deeply")


def _allow_cpu() -> None:
    """Give this feed its seconds on top of what the process has used; beyond them the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + MOST_CPU_SECONDS, hard))


if __name__ == "__main__":
    main()
