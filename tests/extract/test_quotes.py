"""Where quotations begin and end."""

import pytest

from services.extract.quotes import find_quotes


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        pytest.param("“A,” he said. “B.”", ["“A,”", "“B.”"], id="curly"),
        pytest.param('"A," he said. "B."', ['"A,"', '"B."'], id="straight"),
        pytest.param("''I can't,'' he said.", ["''I can't,''"], id="two single marks"),
        pytest.param("‘It’s fine,’ he said.", ["‘It’s fine,’"], id="single marks with an apostrophe inside"),
        pytest.param("“open.\n\nNext", ["“open."], id="an open one ends with its paragraph"),
        pytest.param("the ’90s were ‘odd", [], id="an apostrophe opens nothing"),
        pytest.param("«Non», dit-il", ["«Non»"], id="guillemets"),
        pytest.param("stray ” mark", [], id="a stray closing mark"),
    ],
)
def test_quotations(text: str, quotes: list[str]) -> None:
    assert [text[slice(*quote.span)] for quote in find_quotes(text)] == quotes


def test_a_paragraph_that_opens_again_continues() -> None:
    assert [(quote.closed, quote.continued) for quote in find_quotes("“One\n\n“two”")] == [(False, False), (True, True)]
