"""What was freed between blocks in use goes back to the system, once it is much."""

import ctypes

import pytest

from services.ingest.memory import STATM, Housekeeping, resident

C = ctypes.CDLL(None)
if not STATM.exists() or not hasattr(C, "malloc_trim"):
    pytest.skip("this system's C library gives memory back by itself, or does not tell", allow_module_level=True)
C.malloc.restype, C.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
C.free.argtypes = [ctypes.c_void_p]
BLOCK, MUCH = 16 * 1024, 48 * 1024 * 1024


def leave_gaps() -> int:
    """Take much memory in small blocks and free all but the last, which holds the rest in its place."""
    blocks = [C.malloc(BLOCK) for _ in range(MUCH // BLOCK)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks[:-1]:
        C.free(block)
    return int(blocks[-1])


def test_gaps_go_back_to_the_system() -> None:
    house = Housekeeping()
    house.tidy()
    before = resident()
    last = leave_gaps()
    grown = resident() - before
    assert grown > MUCH / 2
    house.tidy()
    assert resident() - before < grown / 4
    C.free(last)
