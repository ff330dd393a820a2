"""Where the command begins and every failure ends: one line on standard error and an exit code."""

import logging
import sys

import click
import structlog
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError

from shared.failures import TemporaryFailure, UserMistake
from stancewatch.app import app

FAILED, MISTAKE = 1, 2


def run() -> None:
    """Run the command line: exit 0 if fine, 1 if the work failed, 2 if what was asked is wrong."""
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    try:
        code = app(standalone_mode=False)
    except UserMistake as mistake:
        _stop(str(mistake), MISTAKE)
    except TemporaryFailure as failure:
        _stop(str(failure), FAILED)
    except click.exceptions.NoArgsIsHelpError as missing:
        sys.stderr.write(missing.format_message() + "\n")
        sys.exit(MISTAKE)
    except click.ClickException as mistake:
        _stop(f"{mistake.format_message()} (see: stancewatch {_asked(mistake)}--help)", MISTAKE)
    except (click.Abort, KeyboardInterrupt):
        _stop("stopped", FAILED)
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


def _asked(mistake: click.ClickException) -> str:
    context = getattr(mistake, "ctx", None)
    path = context.command_path.split()[1:] if context else []
    return "".join(f"{word} " for word in path)


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


if __name__ == "__main__":
    run()
