from __future__ import annotations

import json
from dataclasses import replace

import pytest

from services.alert.channels.base import Accepted, Postponed, Rejected
from services.alert.channels.chat import HOSTED, chat_channel, in_chat
from tests.alert.builders import AFTER, BEFORE, a_message, a_parcel
from tests.alert.sinks import Endpoint, web_server

pytest.importorskip("apprise")


def chat_address(url: str) -> str:
    """Apprise's own JSON service stands in for a chat service on loopback."""
    return url.replace("http://", "json://")


def test_a_chat_gets_both_quotes_with_their_sources() -> None:
    endpoint = Endpoint()
    with web_server(endpoint) as url:
        outcome = chat_channel(schemes={"json"})(a_parcel(address=chat_address(url)))
    assert outcome == Accepted("taken")
    (call,) = endpoint.arrivals
    said = json.loads(call.body)
    assert said["title"] == "Ada Quill on Harbour toll: mixed → against"
    for seen in (BEFORE, AFTER):
        assert seen.evidence in said["message"]
        assert seen.url in said["message"]


def test_a_chat_that_does_not_take_it_is_tried_again() -> None:
    with web_server(Endpoint(status=500)) as url:
        outcome = chat_channel(schemes={"json"})(a_parcel(address=chat_address(url)))
    assert isinstance(outcome, Postponed)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("json://127.0.0.1:8080/", id="a host of one's own"),
        pytest.param("file:///etc/passwd", id="not a service"),
        pytest.param("slack://", id="not complete"),
        pytest.param("nonsense", id="no URL"),
    ],
)
def test_only_hosted_services_with_a_whole_url_are_written_to(address: str) -> None:
    assert isinstance(chat_channel()(a_parcel(address=address)), Rejected)


def test_a_strangers_words_call_nobody() -> None:
    seen = replace(AFTER, evidence="“@everyone, <!channel>!”", outlet="@here", url="https://b.example/@everyone")
    told = in_chat(a_message(after=seen))
    assert not any(call in told for call in ("@everyone", "@here", "<!channel>"))
    assert "https://b.example/%40everyone" in told


def test_a_digest_tells_every_shift() -> None:
    endpoint = Endpoint()
    other = a_message(figure_name="Bo Lund")
    with web_server(endpoint) as url:
        chat_channel(schemes={"json"})(a_parcel(address=chat_address(url), more=(other,)))
    said = json.loads(endpoint.arrivals[0].body)["message"]
    assert in_chat(a_message()) in said
    assert in_chat(other) in said


def test_the_hosted_services_are_known_to_the_library() -> None:
    from apprise import Apprise

    known = {scheme for service in Apprise().details()["schemas"] for scheme in service["protocols"] or ()}
    known |= {scheme for service in Apprise().details()["schemas"] for scheme in service["secure_protocols"] or ()}
    assert known >= HOSTED
