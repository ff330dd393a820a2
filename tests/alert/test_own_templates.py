"""Mail may be written by templates of one's own; where these are broken, ours tell the news, and doctor says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.alert.rehearsal import broken_templates
from services.alert.render import render, try_out
from tests.alert.builders import NOW, a_message


def own(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_template_of_one_s_own_goes_before_ours(tmp_path: Path) -> None:
    folder = own(tmp_path, "alert.txt.jinja", "{{ first.headline }}, says the desk.")
    rendered = render((a_message(),), folder=folder)
    assert rendered.text == "Ada Quill took a side on Harbour toll, says the desk."
    assert rendered.html == render((a_message(),)).html


def test_it_may_stand_on_ours_and_on_parts_of_its_own_all_escaped(tmp_path: Path) -> None:
    own(tmp_path, "masthead.jinja", "<h1>{{ first.report.figure_name }}</h1>")
    folder = own(tmp_path, "alert.html.jinja", '{% include "masthead.jinja" %}')
    assert render((a_message(figure_name="<b>Ada</b>"),), folder=folder).html == "<h1>&lt;b&gt;Ada&lt;/b&gt;</h1>"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{ first.headline", id="a slip of the pen"),
        pytest.param("{{ first.headlines }}", id="a word that is not there"),
        pytest.param("{{ 1 / 0 }}", id="a sum that fails"),
        pytest.param("{{ first.__class__.__mro__ }}", id="a way out of the sandbox"),
        pytest.param('{% include "nowhere.jinja" %}', id="a part that is missing"),
        pytest.param("{% for _ in range(999999999) %}.{% endfor %}", id="a loop without end"),
    ],
)
def test_a_broken_one_is_named_and_ours_is_used(tmp_path: Path, text: str) -> None:
    folder = own(tmp_path, "alert.txt.jinja", f"\n{text}")
    names = {"messages": (a_message(),), "first": a_message(), "pictures": {}}
    assert try_out("alert.txt.jinja", names, folder).startswith(str(folder / "alert.txt.jinja"))
    assert render((a_message(),), folder=folder).text == render((a_message(),)).text


def test_a_good_one_and_none_at_all_are_nothing_to_speak_of(tmp_path: Path) -> None:
    folder = own(tmp_path, "alert.txt.jinja", "{{ first.headline }}")
    names = {"messages": (a_message(),), "first": a_message(), "pictures": {}}
    assert try_out("alert.txt.jinja", names, folder) == try_out("alert.html.jinja", names, folder) == ""


def test_the_doctor_names_the_file_and_what_is_wrong(tmp_path: Path) -> None:
    own(tmp_path, "alert.html.jinja", "fine {{ first.headline }}")
    own(tmp_path, "question.txt.jinja", "{{ question.who }}")
    (wrong,) = broken_templates(tmp_path, now=NOW)
    assert wrong.startswith(str(tmp_path / "question.txt.jinja"))
    assert "who" in wrong
