"""Who may connect, before the upgrade."""

from typing import Any

import pytest

from emulator.audience import Audiences
from emulator.auth import TokenVerifier
from emulator.errors import RefusedError
from emulator.handshake import (
    Admission,
    RecoveryClaim,
    Upgrade,
    admit,
    offered_subprotocols,
    parameters,
    recovery,
    screen,
)
from emulator.protocols.json import JSON
from emulator.raw_session import RawMode
from emulator.upstream.connect_answer import Verdict
from tests.unit.emulator.tokens import HOST, KEY, NOW, client_token

VERIFIER = TokenVerifier(KEY, Audiences([], lenient=True))


def ask(
    hub: str = "stream", authorization: str | None = None, offered: tuple[str, ...] = (), **query: str
) -> Admission:
    query = query if authorization else {"access_token": client_token(), **query}
    return admit(screen(Upgrade(hub, HOST, parameters(query.items()), offered, authorization), VERIFIER, NOW))


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


def claim(**query: str) -> RecoveryClaim | None:
    return recovery(Upgrade("Stream", HOST, parameters(query.items())))


def test_a_connection_id_makes_it_a_recovery_also_without_any_token() -> None:
    given = {"awps_connection_id": "x", "AWPS_reconnection_token": "y", "access_token": "broken"}
    assert claim(**given) == RecoveryClaim("Stream", "x", "y")
    assert claim(awps_connection_id="x") == RecoveryClaim("Stream", "x", "")


def test_a_lone_reconnection_token_is_no_recovery() -> None:
    assert claim(awps_reconnection_token="y", awps_connection_id="") is None
    assert claim(awps_reconnection_token="y") is None


def test_the_hub_of_a_recovery_is_checked_first() -> None:
    with pytest.raises(RefusedError) as caught:
        recovery(Upgrade("1", HOST, {"awps_connection_id": "x"}))
    assert caught.value.status == 400


TOKEN = {"sub": "alice", "role": "webpubsub.sendToGroup", "groups": ["g"]}


def judged(verdict: Verdict, offered: tuple[str, ...] = ()) -> Admission:
    query = parameters([("access_token", client_token(**TOKEN))])
    return admit(screen(Upgrade("stream", HOST, query, offered), VERIFIER, NOW), verdict)


def test_a_verdict_replaces_what_it_names_and_nothing_else() -> None:
    admission = judged(Verdict(roles=("webpubsub.joinLeaveGroup",)))
    assert (admission.user_id, admission.groups) == ("alice", ("g",))
    assert admission.permissions.join_leave.allows("x")
    assert not admission.permissions.send.allows("x")
    admission = judged(Verdict(user_id="", groups=("h",)))
    assert (admission.user_id, admission.groups) == ("", ("h",))
    assert admission.permissions.send.allows("x")


def test_a_verdict_may_select_a_subprotocol_of_ours_or_one_that_means_raw_frames() -> None:
    offered = ("foo", JSON.subprotocol.upper())
    assert judged(Verdict(), offered).codec is JSON
    assert judged(Verdict(subprotocol=offered[1]), offered).codec is JSON
    admission = judged(Verdict(subprotocol="foo"), offered)
    assert (admission.subprotocol, admission.codec) == ("foo", None)


def test_a_verdict_with_roles_beyond_the_limits_is_the_handlers_fault() -> None:
    with pytest.raises(RefusedError, match="invalid role") as caught:
        judged(Verdict(roles=("webpubsub.sendToGroups." + "*" * 6,)))
    assert caught.value.status == 500


def test_where_anonymous_clients_are_allowed_no_token_is_needed_but_one_must_hold() -> None:
    applicant = screen(Upgrade("stream", HOST, {}), VERIFIER, NOW, allows_anonymous=True)
    assert (applicant.claims.user_id, applicant.claims.groups) == (None, ())
    with pytest.raises(RefusedError):
        screen(Upgrade("stream", HOST, {"access_token": "broken"}), VERIFIER, NOW, allows_anonymous=True)


def test_the_last_of_repeated_parameters_counts_and_names_have_no_case() -> None:
    assert parameters([("a", "1"), ("A", "2"), ("b", "")]) == {"a": "2", "b": ""}


def test_subprotocols_of_all_headers_are_offered_in_order() -> None:
    assert offered_subprotocols(["a, b", " c ,,"]) == ("a", "b", "c")
