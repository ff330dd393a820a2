"""How subscriptions, tests and decisions about alerts are written, for programs and for people."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from services.alert.channels.base import Outcome
from services.alert.matching import Matched
from services.alert.policy import Rhythm
from services.alert.preview import Explanation, in_words
from services.alert.rehearsal import Rehearsed
from services.alert.standings import Standing
from services.alert.values import PressureReport, ShiftReport, Wishes
from shared.clock import iso_z
from shared.vocabulary import ChannelKind, DeliveryState, Frequency
from stancewatch.output import printable
from stancewatch.story import heading

Line = dict[str, Any]
DIGITS = 4
LONGEST_ANSWER = 300  # of an endpoint's own words, which may be a whole page


def standing_line(one: Standing) -> Line:
    """Write a subscription with the keys of the watchlist."""
    wishes, rhythm = one.who.wishes, one.who.rhythm
    quiet = _quiet(rhythm)
    return {
        "type": "subscription",
        "name": one.name,
        "figures": list(wishes.figures),
        "issues": list(wishes.issues),
        "kinds": [kind.value for kind in wishes.kinds],
        "signals": [signal.value for signal in wishes.signals],
        "outlets": list(wishes.outlets),
        "minimum_confidence": wishes.minimum_confidence,
        "own_words_only": wishes.own_words_only,
        "frequency": rhythm.frequency.value,
        "timezone": rhythm.timezone,
        "hour": rhythm.digest_hour,
        "quiet_hours": quiet or None,
        "most_per_hour": rhythm.most_per_hour,
        "paused_until": iso_z(wishes.paused_until) if wishes.paused_until else None,
        "ways": [
            {"channel": channel.value, "address": _shown(channel, address), "closed": closed or None}
            for channel, address, closed in one.ways
        ],
    }


def standing_row(one: Standing) -> tuple[str, ...]:
    """Write a subscription as a person reads it."""
    ways = "\n".join(
        f"{channel.value} {_shown(channel, address)}{f' (closed: {closed})' if closed else ''}"
        for channel, address, closed in one.ways
    )
    return one.name, _asks_for(one.who.wishes), _is_told(one.who.wishes, one.who.rhythm), ways


def report_line(report: ShiftReport) -> Line:
    """Write a shift that would have been told."""
    return {
        "type": "would_tell",
        "shift": report.shift_id,
        "figure": report.figure_id,
        "issue": report.issue_id,
        "from": report.from_stance.value,
        "to": report.to_stance.value,
        "kind": report.kind.value,
        "at": iso_z(report.at),
        "confidence": round(report.confidence, DIGITS),
        "outlet": report.after.outlet,
        "article": report.after.url,
        "evidence": report.after.evidence,
    }


def report_row(report: ShiftReport) -> tuple[str, ...]:
    """Write a shift that would have been told, as a person reads it."""
    who = (report.figure_name, report.issue_name, _turn(report), report.kind.value)
    return str(report.shift_id), f"{report.at:%Y-%m-%d}", *who, f"{report.confidence:.2f}", report.after.outlet


def rehearsed_line(one: Rehearsed) -> Line:
    """Write what came of a test by one channel."""
    detail = " ".join(one.outcome.detail.split())[:LONGEST_ANSWER]
    return {"type": "test", "channel": one.channel.value, "outcome": outcome_word(one.outcome), "detail": detail}


def outcome_word(outcome: Outcome) -> str:
    """Name an outcome in a word."""
    return type(outcome).__name__.lower()


def explanation_line(standing: Standing, found: Explanation) -> Line:
    """Write what was decided then and what the wishes say by now."""
    told = found.told
    return {
        "type": "decision",
        "subscription": standing.name,
        "subscribed_at": iso_z(standing.created_at),
        **_about(found.report),
        "detected_at": iso_z(found.detected_at),
        "told": told is not None,
        "raised_at": iso_z(told.raised_at) if told else None,
        "reason_then": told.reason if told else None,
        "deliveries": [_copy(*copy) for copy in told.copies] if told else [],
        "asked_for": isinstance(found.verdict, Matched),
        "reason_now": found.verdict.reason.value,
    }


def explanation_story(standing: Standing, found: Explanation) -> Iterator[Text]:
    """Tell the same to a person."""
    yield from _what(found.report)
    yield Text(printable(_then(standing, found)))
    asked = "its wishes by now ask for this" if isinstance(found.verdict, Matched) else "its wishes by now do not ask"
    yield Text(f"{asked}: {in_words(found.verdict)}")
    for channel, _, closed in standing.ways:
        if closed:
            yield Text(printable(f"nothing goes out by {channel.value}: {closed}"))


def _then(standing: Standing, found: Explanation) -> str:
    told = found.told
    if told is None:
        later = " (the subscription was made after the shift was found)"
        made_later = found.detected_at < standing.created_at
        return f"no alert of it was raised for '{standing.name}'{later if made_later else ''}"
    copies = "; ".join(f"{by.value} {state.value}{f' ({why})' if why else ''}" for by, state, why in told.copies)
    reason = told.reason.replace("_", " ")
    return f"an alert was raised on {told.raised_at:%Y-%m-%d %H:%M} UTC: {reason}; {copies or 'no copy was due'}"


def _copy(channel: ChannelKind, state: DeliveryState, why: str) -> Line:
    return {"channel": channel.value, "state": state.value, "reason": why}


def _about(report: ShiftReport | PressureReport) -> Line:
    if isinstance(report, PressureReport):
        return {"pressure": report.pressure_id}
    return {"shift": report.shift_id}


def _what(report: ShiftReport | PressureReport) -> Iterator[Text]:
    topic = f"{report.figure_name} on {report.issue_name}"
    if isinstance(report, PressureReport):
        yield heading(printable(f"{topic}: pressed by {report.sources} independent stories"))
        shown = f"{report.since:%d %B %Y} to {report.until:%d %B %Y}, {'over' if report.over else 'lasting'}"
    else:
        yield heading(printable(f"{topic}: {_turn(report)} ({report.kind.value})"))
        shown = f"{report.at:%d %B %Y}, {report.after.outlet}, {report.confidence:.2f} sure, {report.status.value}"
    yield Text(printable(shown), style="dim")


def _turn(report: ShiftReport) -> str:
    return f"{report.from_stance.value} -> {report.to_stance.value}"


def _asks_for(wishes: Wishes) -> str:
    listed = (("of", wishes.figures), ("on", wishes.issues), ("only", wishes.kinds), ("in", wishes.outlets))
    parts = [f"{word} {', '.join(names)}" for word, names in listed if names]
    parts += [f"at least {wishes.minimum_confidence:.2f} sure"] if wishes.minimum_confidence else []
    parts += ["in their own words"] if wishes.own_words_only else []
    warned = [f"and early warnings: {', '.join(wishes.signals)}"] if wishes.signals else []
    return "\n".join([*(parts or ["everything"]), *warned])


def _is_told(wishes: Wishes, rhythm: Rhythm) -> str:
    hour = f" at {rhythm.digest_hour}" if rhythm.frequency in (Frequency.DAILY, Frequency.WEEKLY) else ""
    parts = [f"{rhythm.frequency.value}{hour} ({rhythm.timezone})"]
    parts += [f"quiet {quiet}"] if (quiet := _quiet(rhythm)) else []
    parts += [f"paused until {iso_z(wishes.paused_until)}"] if wishes.paused_until else []
    return "\n".join(parts)


def _quiet(rhythm: Rhythm) -> str:
    known = rhythm.quiet_from is not None and rhythm.quiet_until is not None
    return f"{rhythm.quiet_from}-{rhythm.quiet_until}" if known else ""


def _shown(channel: ChannelKind, address: str) -> str:
    """A chat's URL holds the key to the room: only the service is shown."""
    return address.partition("://")[0] if channel is ChannelKind.CHAT else address
