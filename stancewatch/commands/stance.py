"""`stancewatch stance`: the stance decision alone, for trying it on a sentence and for measuring it."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from services.extract.values import StanceDecision
from shared.failures import UserMistake
from shared.settings import settings
from shared.vocabulary import Stance
from stancewatch.ledger import DIGITS

UNASKED = 0.5  # how sure an answer is where there was no text or no target


class Question(BaseModel):
    """One line of input: whose stance toward what, in which text; no actor means whoever speaks."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int = ""
    actor: str | None = None
    target: str | None
    text: str | None


def stance(
    text: Annotated[
        str | None, typer.Argument(help="a sentence to try; without it JSON Lines are read from standard input")
    ] = None,
    target: Annotated[str, typer.Option(help="with TEXT: the proposition or topic")] = "",
    actor: Annotated[str | None, typer.Option(help="with TEXT: whose stance; without it, whoever speaks")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON Lines")] = False,
) -> None:
    """Say whether a text shows favor, against, mixed or none toward a target, and how sure that is."""
    questions: Iterable[Question]
    if text is None:
        questions = read_questions(sys.stdin)
    elif not target:
        raise UserMistake("with a TEXT give its target too: stancewatch stance TEXT --target PROPOSITION")
    else:
        questions = [Question(actor=actor, target=target, text=text)]
    for question, decision in answers(questions):
        if as_json:
            line = {
                "id": question.id,
                "stance": decision.stance.value,
                "confidence": round(decision.confidence, DIGITS),
            }
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        else:
            reasons = f"  ({'; '.join(decision.reasons)})" if decision.reasons else ""
            typer.echo(f"{decision.stance.value:8} {decision.confidence:.2f}{reasons}")


def read_questions(lines: Iterable[str]) -> Iterator[Question]:
    """Read JSON Lines; a wrong one is a mistake that names its line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Question.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the line"
            raise UserMistake(f"standard input:{number}: {place}: {first['msg']}") from error
        except (ValueError, RecursionError) as error:
            raise UserMistake(f"standard input:{number}: not JSON ({error})") from error


def answers(questions: Iterable[Question]) -> Iterator[tuple[Question, StanceDecision]]:
    """Decide each question, in order."""
    from services.extract.judge import load_judge
    from services.extract.nlp import load_model, parse
    from services.extract.stance import decide_stance

    nlp, ask = load_model(settings().spacy_model), load_judge().probabilities
    for question in questions:
        actor, target, text = (clean(part or "") for part in (question.actor, question.target, question.text))
        if target and text:
            yield question, decide_stance(parse(text, nlp), actor=actor or None, target=parse(target, nlp), ask=ask)
        else:
            yield question, StanceDecision(Stance.NONE, UNASKED, ("nothing to decide",))


def clean(text: str) -> str:
    """Take off the blanks around a text, and replace what no encoding can carry."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()
