"""What a check of `doctor` answers."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    GOOD = "good"
    NOTICE = "notice"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's answer; `advice` is empty where nothing is to be done."""

    check: str
    health: Health
    seen: str
    advice: str = ""
