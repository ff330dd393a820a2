"""The two ways in which work fails: it may succeed later, or a person must look at it."""


class TemporaryFailure(Exception):
    """The same work may succeed later; it is tried again."""


class PermanentFailure(Exception):
    """Trying again cannot help; the reason becomes a row that a person sees."""


class UserMistake(Exception):
    """What a person typed or wrote is wrong; the message is one line: what, where, what to do."""


class LeaseLost(Exception):
    """Another worker owns the row by now; what was done here must not be saved."""
