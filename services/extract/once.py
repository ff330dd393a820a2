"""What is worked out once for a document, however many steps ask for it."""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from spacy.tokens import Doc

Worked = TypeVar("Worked")


def once(doc: Doc, name: Hashable, work: Callable[[], Worked]) -> Worked:
    """What `work` gives, kept with the document under `name`: the work must hang on nothing but the document."""
    known = cast(dict[Hashable, object], doc.user_data)
    if name not in known:
        known[name] = work()
    return cast(Worked, known[name])


def text_of(doc: Doc) -> str:
    """The document's text, which spaCy puts together anew at each asking."""
    return once(doc, "text", lambda: str(doc.text))
