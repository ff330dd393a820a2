"""Being told to stop, by Ctrl-C, by a service manager or by a terminal that closes, and stopping in good order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked this process to stop, by a signal; no failure, so that nothing that handles failures holds it."""

    def __init__(self, kind: signal.Signals) -> None:
        super().__init__(f"stopped by {kind.name}")
        self.exit_status = 128 + kind  # as shells say it


class Asked:
    """Whether somebody asked this process to stop."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._kind = signal.SIGTERM

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until somebody does, at most so long; tell whether somebody did."""
        return self._event.wait(seconds)

    def stopped(self) -> Stopped:
        """Return what ends the work under way, by the signal that asked for it."""
        return Stopped(self._kind)

    def note(self, kind: signal.Signals) -> None:
        """Keep that somebody asked; who asks a second time is not kept waiting for what still ends."""
        if self._event.is_set():
            raise self.stopped()
        self._kind = kind
        self._event.set()


def stop_when_asked() -> None:
    """Let every such signal end a command where it is, so that it puts away what it opened and started."""
    _listen(_stop)


def asked_to_stop() -> Asked:
    """Return what tells that somebody asked: for a command that ends in its own way."""
    asked = Asked()
    _listen(asked.note)
    return asked


def _listen(act: Callable[[signal.Signals], None]) -> None:
    """Call `act` at each such signal; one that was shut out from outside, as `nohup` does, stays shut out."""
    for kind in SIGNALS:
        if signal.getsignal(kind) is not signal.SIG_IGN:
            signal.signal(kind, lambda number, _: act(signal.Signals(number)))


def _stop(kind: signal.Signals) -> NoReturn:
    raise Stopped(kind)
