"""Where the command begins and every failure ends: one line on standard error and an exit code."""

import logging
import sys
from typing import Any

import structlog
import typer
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError

from shared.failures import PermanentFailure, TemporaryFailure, UserMistake
from stancewatch.app import COMMANDS, app
from stancewatch.stopping import Stopped, stop_when_asked

FAILED, MISTAKE = 1, 2
# What typer raises for wrong usage, whether it brings click along or uses the installed one.
WRONG_USAGE: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def run() -> None:
    """Run the command line: exit 0 if fine, 1 if the work failed, 2 if what was asked is wrong, 128 + N at signal N."""
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    try:
        stop_when_asked()
        code = app(standalone_mode=False)
    except UserMistake as mistake:
        _stop(str(mistake), MISTAKE)
    except (PermanentFailure, TemporaryFailure) as failure:
        _stop(str(failure), FAILED)
    except Stopped as stopped:
        _stop(str(stopped), stopped.exit_status)
    except typer.Abort:
        _stop("stopped", FAILED)
    except WRONG_USAGE as mistake:
        _explain(mistake)
    except (OperationalError, NoSuchModuleError) as error:
        _stop(f"the database cannot be used: {_first_line(error)}; check STANCEWATCH_DATABASE_URL", MISTAKE)
    except DBAPIError as error:
        _stop(f"the database refused the work: {_first_line(error)}", FAILED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; there is nobody to tell
        sys.exit(FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _stop(message: str, code: int) -> None:
    sys.stderr.write(f"stancewatch: {message}\n")
    sys.exit(code)


def _explain(mistake: Any) -> None:
    """Say what was typed wrong on one line; a command called without anything gets its whole help instead."""
    message = mistake.format_message()
    if type(mistake).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{message}\n")
        sys.exit(MISTAKE)
    context = getattr(mistake, "ctx", None)
    asked = "".join(f"{word} " for word in (context.command_path.split() if context else ()) if word in COMMANDS)
    _stop(f"{' '.join(message.split())} (see: stancewatch {asked}--help)", MISTAKE)


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


if __name__ == "__main__":
    run()
