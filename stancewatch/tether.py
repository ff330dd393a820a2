"""Runs a command that is asked to end as soon as its parent is gone: `python tether.py PARENT COMMAND ...`.

A parent that is killed cannot stop what it started; where the kernel can (Linux), it does that instead. The command
takes this process's place, so that it keeps the number by which its parent knows it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main(parent: int, command: list[str]) -> None:
    """Tie this process to its parent, then become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("the parent was gone before the command began")
    os.execv(command[0], command)  # noqa: S606  what to run is our own


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
