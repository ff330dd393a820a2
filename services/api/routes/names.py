"""How addresses name things: figures and issues by their ids on the watchlist, subscriptions by their tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{16,128}$")]
RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]
