"""The words for who read what: which reader found a statement, and what became of a question to the other one."""

from enum import StrEnum


class FoundBy(StrEnum):
    """Which reader found a statement: our own, or a chat endpoint that an operator named."""

    LOCAL = "local"
    CHAT = "chat"


class ChatOutcome(StrEnum):
    """What became of one question to the chat reader."""

    ANSWERED = "answered"
    BAD_ANSWER = "bad_answer"  # not what was asked for, to the letter
    INVENTED_QUOTE = "invented_quote"  # words that the text does not hold where the figure can be heard
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # by our own rules: a closed network or port
    BUSY = "busy"  # 429
    SERVER_ERROR = "server_error"  # 5xx
    DENIED = "denied"  # a wrong key, model or address
    REJECTED = "rejected"  # this one question
    NO_CHAT = "no_chat"  # an answer, but none of the protocol
    PAUSED = "paused"  # not asked: it failed several times running
    OVER_BUDGET = "over_budget"  # not asked: the day's tokens are spent
