"""How much memory our ingest's processes hold after a feed whose articles are real pages has been read.

`python -m benchmarks.ingest.memory FOLDER [ROUNDS]`: FOLDER holds `*/source.html`, as Readability's test pages do; each
round shows them under new addresses. Prints RSS and PSS of the worker, the child that polls and reads, and its parser.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psutil  # type: ignore[import-untyped]
from sqlmodel import Session, col, func, select

from benchmarks.ingest.whole_path import whole_path
from shared.database import create_database
from shared.tables import Document
from shared.vocabulary import DocumentState

PATIENCE_SECONDS = 300


class Site(BaseHTTPRequestHandler):
    """A feed that shows each page as an entry without its text, and the pages."""

    def __init__(self, pages: list[Path], rounds: list[int], *args: object) -> None:
        self._pages, self._rounds = pages, rounds
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path == "/feed/0":
            self._send("application/rss+xml", self._feed())
        elif self.path.startswith("/page/"):
            self._send("text/html", self._pages[int(self.path.split("/")[3])].read_bytes())
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _feed(self) -> bytes:
        links = [f"/page/{self._rounds[0]}/{number}" for number in range(len(self._pages))]
        items = "".join(f"<item><title>Page {link}</title><link>{link}</link></item>" for link in links)
        return f'<rss version="2.0"><channel><title>Pages</title>{items}</channel></rss>'.encode()

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def site(pages: list[Path], rounds: list[int]) -> Iterator[int]:
    """Serve the pages until the block ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, pages, rounds)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def wait_until_read(database: str, count: int) -> None:
    """Return once so many documents have been read."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    done = select(func.count()).where(col(Document.state) != DocumentState.PENDING)
    with Session(create_database(database)) as session:
        while session.exec(done).one() < count:
            if time.monotonic() > deadline:
                raise TimeoutError("documents are left unread")
            session.rollback()
            time.sleep(0.5)


def show(label: str, processes: list[psutil.Process]) -> None:
    """Print what each process holds."""
    sizes = [process.memory_full_info() for process in processes]
    print(f"{label:14}", " | ".join(f"RSS {each.rss >> 20:4} PSS {each.pss >> 20:4}" for each in sizes), flush=True)


def main(folder: Path, count: int) -> None:
    """Read all pages so many times."""
    pages, rounds = sorted(folder.glob("*/source.html")), [0]
    with site(pages, rounds) as port, tempfile.TemporaryDirectory() as place:
        urls = (f"http://127.0.0.1:{port}/feed/0",)
        with whole_path(urls, Path(place), queues="ingest,fetch") as path:
            print(f"{'MB':14} worker | child | parser")
            show("at first", path.worker())
            for rounds[0] in range(count):
                path.ask_all()
                read = (rounds[0] + 1) * len(pages)
                wait_until_read(f"sqlite:///{place}/stancewatch.db", read)
                show(f"{read} documents", path.worker())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int((sys.argv[2:] or ["3"])[0]))
