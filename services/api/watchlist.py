"""The watchlist file: what it may say, and one clear line for what it may not."""

import json
from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError, model_validator

from services.api.wish_fields import (
    Cap,
    ChatAddress,
    Hour,
    MailAddress,
    Moment,
    Phrase,
    QuietTime,
    Share,
    Slug,
    Timezone,
    WebAddress,
    in_zone,
)
from shared.failures import UserMistake
from shared.vocabulary import ActorKind, Frequency, ShiftKind, SignalKind

LARGEST_FILE = 2_000_000  # bytes; ten thousand figures fit
MOST_COMPLAINTS = 50
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times as fast, and not always there


class WatchlistMistake(UserMistake):
    """What a watchlist may not say, with the way to each wrong part."""

    def __init__(self, line: str, complaints: tuple[tuple[str, str], ...]) -> None:
        super().__init__(line)
        self.complaints = complaints


class _Wish(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FigureWish(_Wish):
    id: Slug
    name: Phrase
    aliases: tuple[Phrase, ...] = ()
    kind: ActorKind = ActorKind.PERSON


class IssueWish(_Wish):
    id: Slug
    name: Phrase
    proposition: Phrase
    terms: Annotated[tuple[Phrase, ...], Field(min_length=1, max_length=50)]


class FeedWish(_Wish):
    url: WebAddress
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""


class SubscriptionWish(_Wish):
    """Whom to tell of what, and when; hours and days are of `timezone`, `hour` is that of a daily or weekly digest."""

    name: Phrase
    figures: tuple[Slug, ...] = ()
    issues: tuple[Slug, ...] = ()
    kinds: tuple[ShiftKind, ...] = ()
    signals: tuple[SignalKind, ...] = ()
    outlets: tuple[Phrase, ...] = ()
    minimum_confidence: Share = 0.0
    own_words_only: StrictBool = False
    frequency: Frequency = Frequency.NOW
    timezone: Timezone = "UTC"
    hour: Hour = 8
    quiet_hours: QuietTime | None = None
    most_per_hour: Cap = 60
    paused_until: Moment | None = None
    email: MailAddress | None = None
    webhook: WebAddress | None = None
    chat: ChatAddress | None = None

    @property
    def speaks_of_a_pause(self) -> bool:
        return "paused_until" in self.model_fields_set

    @property
    def silent_until(self) -> datetime | None:
        return self.paused_until and in_zone(self.paused_until, self.timezone)

    @model_validator(mode="after")
    def _reaches_somebody(self) -> Self:
        if self.email is None and self.webhook is None and self.chat is None:
            raise ValueError("needs an email, a webhook or a chat")
        return self

    @model_validator(mode="after")
    def _hour_has_a_digest(self) -> Self:
        if "hour" in self.model_fields_set and self.frequency not in (Frequency.DAILY, Frequency.WEEKLY):
            raise ValueError("an hour goes with frequency daily or weekly")
        return self


class WatchlistFile(_Wish):
    """The whole file; `figures` and `issues` are required and may be empty."""

    figures: tuple[FigureWish, ...]
    issues: tuple[IssueWish, ...]
    feeds: tuple[FeedWish, ...] = ()
    subscriptions: tuple[SubscriptionWish, ...] = ()

    @model_validator(mode="after")
    def _names_are_known_once(self) -> Self:
        figures, issues = {f.id for f in self.figures}, {i.id for i in self.issues}
        for kind, names in (
            ("figure id", (f.id for f in self.figures)),
            ("issue id", (i.id for i in self.issues)),
            ("feed url", (f.url for f in self.feeds)),
            ("subscription name", (s.name for s in self.subscriptions)),
        ):
            if twice := _first_double(names):
                raise ValueError(f"duplicate {kind} '{twice}'; keep one of them")
        for subscription in self.subscriptions:
            listed = (("figure", subscription.figures, figures), ("issue", subscription.issues, issues))
            for kind, named, known in listed:
                if unknown := [name for name in named if name not in known]:
                    raise ValueError(
                        f"subscription '{subscription.name}' names {kind} '{unknown[0]}', which is not listed"
                    )
        return self


def feed_wish(url: str, name: str) -> FeedWish:
    """Return the wish for one feed, or raise `UserMistake` where its address is none."""
    try:
        return FeedWish(url=url.strip(), name=name)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UserMistake(f"'{url}': {_problem(first)}") from error


def read_watchlist(path: Path) -> WatchlistFile:
    """Read a watchlist file, or raise `UserMistake` that says which line is wrong and what to do."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UserMistake(f"{path}: larger than {LARGEST_FILE} bytes; this is not a watchlist")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise UserMistake(f"{path}: cannot be read ({reason})") from error
    return parse_watchlist(text, source=str(path))


def parse_watchlist(text: str, *, source: str) -> WatchlistFile:
    """Read a watchlist's text as YAML; `source` names it in messages."""
    try:
        loader = _Loader(text)
        tree = loader.get_single_node()
        _refuse_double_keys(tree, set())
        content = loader.construct_document(tree) if tree else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserMistake(f"{source}{_yaml_place(error)}: not valid YAML ({_yaml_problem(error)})") from error
    return _validated(content, tree, source)


def parse_json_watchlist(text: str, *, source: str) -> WatchlistFile:
    """Read a watchlist's text as JSON; `source` names it in messages."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserMistake(f"{source}: not valid JSON ({str(error) or type(error).__name__})") from error
    return _validated(content, None, source)


def _validated(content: object, tree: yaml.Node | None, source: str) -> WatchlistFile:
    if not isinstance(content, dict):
        raise UserMistake(f"{source}: must be a mapping with 'figures' and 'issues'")
    try:
        return WatchlistFile.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        first = found[0]["loc"]
        complaints = tuple((path_of(one["loc"]), _problem(one)) for one in found[:MOST_COMPLAINTS])
        where = f"{complaints[0][0]}: " if complaints[0][0] else ""
        raise WatchlistMistake(f"{source}{_line(tree, first)}: {where}{complaints[0][1]}", complaints) from error


def _first_double(names: Iterable[Hashable]) -> Hashable | None:
    return next((name for name, count in Counter(names).items() if count > 1), None)


def _refuse_double_keys(node: yaml.Node | None, seen: set[int]) -> None:
    """Look at each node once: what an alias repeats a million times is the same node."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        if (double := _first_double(str(key.value) for key, _ in node.value)) is not None:
            raise yaml.MarkedYAMLError(problem=f"the key '{double}' stands twice", problem_mark=node.start_mark)
        for _, value in node.value:
            _refuse_double_keys(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_double_keys(value, seen)


def _yaml_place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f":{mark.line + 1}" if mark else ""


def _yaml_problem(error: Exception) -> str:
    return str(getattr(error, "problem", None) or str(error) or type(error).__name__).splitlines()[0]


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> str:
    """Return `:LINE` of the deepest node on the way to `location`, as far as the file goes."""
    for step in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            found = [pair for pair in node.value if pair[0].value == step]
            if not found:
                break
            node = found[0][1]
    return f":{node.start_mark.line + 1}" if node and location else ""


def path_of(location: tuple[int | str, ...]) -> str:
    """Write the way to a wrong part, as in `figures[0].name`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")


def _problem(error: Any) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not a key that a watchlist knows"
        case "value_error":
            return str(error["ctx"]["error"])
        case "string_pattern_mismatch":
            return "must be lower-case letters, digits and hyphens"
        case _:
            return str(error["msg"])
