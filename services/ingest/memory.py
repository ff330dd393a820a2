"""Keeping a worker small that reads pages all day: what they leave behind goes back to the system."""

import ctypes
import resource
from pathlib import Path

from trafilatura.meta import reset_caches

STATM = Path("/proc/self/statm")  # where there is none, nothing is given back
# Tidying takes 60 ms; the pages of an hour make the process grow by 60 MB, of which 40 stay between its blocks.
GROWTH = 12 * 1024 * 1024


class Housekeeping:
    """Remembers how much memory this process held when it was last tidied."""

    def __init__(self) -> None:
        self._level = 0

    def tidy(self) -> None:
        """Drop what libraries remember of pages and give free memory back, where the process has grown."""
        if resident() - self._level > GROWTH:
            reset_caches()
            _give_back()
            self._level = resident()


def resident() -> int:
    """Return how many bytes of this process are in memory; 0 where the system does not tell."""
    try:
        return int(STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def _give_back() -> None:
    """Ask glibc for what no other C library needs to be asked for: it keeps free blocks that lie between used ones."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
