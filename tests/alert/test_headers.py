from __future__ import annotations

import pytest

from services.alert.headers import LONGEST_VALUE, clean_header, list_id, message_id, thread_id


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        pytest.param("Mayor turns on harbour toll", "Mayor turns on harbour toll", id="plain text stays"),
        pytest.param("Müller → gegen 入港税 🚢", "Müller → gegen 入港税 🚢", id="other scripts stay"),
        pytest.param("Toll\r\nBcc: x@y.example", "Toll Bcc: x@y.example", id="line ends"),
        pytest.param("a\x00b\x85c\u2028d\u2029e", "a b c d e", id="controls and separators"),
        pytest.param("=?UTF-8?Q?=0ABcc:_x?=", "= ?UTF-8?Q?=0ABcc:_x?=", id="an encoded word is not one any more"),
        pytest.param("=\x00?UTF-8?Q?x?=", "= ?UTF-8?Q?x?=", id="nor one that cleaning would have made"),
        pytest.param("==??", "== ??", id="nor a doubled one"),
        pytest.param("pay\u202egnp.exe", "pay gnp.exe", id="marks that reverse the order"),
        pytest.param("\ud800lone", "lone", id="half a character"),
        pytest.param("x" * 500, "x" * LONGEST_VALUE, id="cut to a length"),
    ],
)
def test_a_header_value_is_one_harmless_line(value: str, cleaned: str) -> None:
    assert clean_header(value) == cleaned


def test_ids_follow_from_what_they_name_and_carry_none_of_it() -> None:
    assert message_id("key", "d.example") == message_id("key", "d.example") != message_id("other", "d.example")
    assert thread_id("a", "b", "d.example") != thread_id("b", "a", "d.example")
    assert "desk" not in list_id("desk\r\nBcc: x", "d.example")
    assert all(mark not in list_id("desk\r\n", "d.example") for mark in "\r\n ")
