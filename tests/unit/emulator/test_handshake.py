"""Who may connect, before the upgrade."""

from typing import Any

import pytest

from emulator.audience import Audiences
from emulator.auth import TokenVerifier
from emulator.errors import Closes, ConnectionClosedError, RefusedError
from emulator.handshake import Admission, Upgrade, admit, offered_subprotocols, parameters, require_local_page
from emulator.protocols.json import JSON
from emulator.raw_session import RawMode
from tests.unit.emulator.tokens import HOST, KEY, NOW, client_token

VERIFIER = TokenVerifier(KEY, Audiences([], lenient=True))


def ask(
    hub: str = "stream", authorization: str | None = None, offered: tuple[str, ...] = (), **query: str
) -> Admission:
    query = query if authorization else {"access_token": client_token(), **query}
    return admit(Upgrade(hub, HOST, parameters(query.items()), offered, authorization), VERIFIER, NOW)


def refuse(status: int, why: str, **request: Any) -> None:
    with pytest.raises(RefusedError, match=why) as caught:
        ask(**request)
    assert caught.value.status == status


def test_a_simple_client_is_admitted_with_what_its_token_says() -> None:
    token = client_token(sub="a", role="webpubsub.sendToGroup.g", groups=["x", "y"])
    admission = ask(access_token=token)
    assert (admission.hub, admission.user_id, admission.groups) == ("stream", "a", ("x", "y"))
    assert admission.permissions.send.allows("g")
    assert (admission.codec, admission.subprotocol, admission.raw_mode) == (None, None, RawMode())


def test_a_pubsub_client_is_admitted_with_its_codec() -> None:
    admission = ask(offered=("foo", "Json.WebPubSub.azure.v1"))
    assert (admission.codec, admission.subprotocol) == (JSON, "Json.WebPubSub.azure.v1")


@pytest.mark.parametrize("hub", ["", " ", "1a", "a/b"])
def test_an_invalid_hub_is_refused_before_anything_else(hub: str) -> None:
    refuse(400, "hub", hub=hub, access_token="broken")


def test_the_token_may_travel_in_the_header_and_the_query_wins() -> None:
    good = f"Bearer {client_token()}"
    assert ask(authorization=good)
    assert ask(authorization="Bearer broken", ACCESS_TOKEN=client_token())
    refuse(401, "not a JSON web token", authorization=good, access_token="broken")


@pytest.mark.parametrize("groups", [["   "], ["g", ""], ["g" * 1025]])
def test_an_invalid_group_in_the_token_is_refused(groups: list[str]) -> None:
    token = client_token(groups=groups)
    refuse(400, "The token contains an invalid group name.", access_token=token)


def test_a_role_beyond_the_limits_is_refused() -> None:
    refuse(400, "invalid role", access_token=client_token(role="webpubsub.sendToGroups." + "*" * 6))


def test_raw_parameters_are_checked_even_for_pubsub_clients() -> None:
    refuse(400, "webpubsub_mode", webpubsub_mode="other", offered=(JSON.subprotocol,))


def test_a_recovery_is_refused_by_a_close_and_needs_no_token() -> None:
    with pytest.raises(ConnectionClosedError) as caught:
        ask(access_token="broken", awps_connection_id="x", awps_reconnection_token="y")
    assert caught.value.close == Closes.RECOVERY_REFUSED


def test_a_lone_reconnection_token_is_no_recovery() -> None:
    assert ask(awps_reconnection_token="y", awps_connection_id="")


def test_the_last_of_repeated_parameters_counts_and_names_have_no_case() -> None:
    assert parameters([("a", "1"), ("A", "2"), ("b", "")]) == {"a": "2", "b": ""}


def test_subprotocols_of_all_headers_are_offered_in_order() -> None:
    assert offered_subprotocols(["a, b", " c ,,"]) == ("a", "b", "c")


@pytest.mark.parametrize(
    "origin", [None, "http://localhost:8080", "http://127.0.0.1", "http://[::1]:3000", "http://app.localhost"]
)
def test_programs_and_pages_of_this_machine_may_use_the_public_key(origin: str | None) -> None:
    require_local_page(origin)


@pytest.mark.parametrize("origin", ["https://example.com", "http://localhost.example.com", "null", "", "http://["])
def test_page_of_another_machine_may_not_use_the_public_key(origin: str) -> None:
    with pytest.raises(RefusedError, match="EMULATOR_ACCESS_KEY") as caught:
        require_local_page(origin)
    assert caught.value.status == 403
