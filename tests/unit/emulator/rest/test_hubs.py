"""The operations on all connections of a hub."""

import pytest

from emulator.errors import RefusedError
from emulator.rest import hubs
from tests.unit.emulator.rest.bench import Bench, refusal

JSON = {"Content-Type": "application/json; charset=utf-8"}


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.connect("a", "alice", ["g"])
    bench.connect("b")
    return bench


@pytest.mark.parametrize(
    ("query", "receivers"), [("", "ab"), ("excluded=b", "a"), ("filter=userId eq null", "b"), ("filter=", "ab")]
)
async def test_a_message_goes_to_all_who_are_meant(bench: Bench, query: str, receivers: str) -> None:
    assert (await hubs.send_to_all(bench.call(query, b"hi"))).status == 202
    assert bench.receivers == set(receivers)


async def test_closing_heeds_excluded_and_no_filter(bench: Bench) -> None:
    call = bench.call("excluded=b&filter=invalid filter")
    assert (await hubs.close_all_connections(call)).status == 204
    assert [name for name, _ in bench.ended] == ["a"]


async def test_memberships_are_changed_for_those_who_pass(bench: Bench) -> None:
    body = b'{"groups":["x","y"],"filter":"userId eq \'alice\'"}'
    assert (await hubs.add_connections_to_groups(bench.call(body=body, headers=JSON))).status == 200
    hub = bench.call().hub
    assert {group: [one.connection_id for one in hub.members(group)] for group in "xy"} == {"x": ["a"], "y": ["a"]}
    body = b'{"groups":["x","g"]}'
    assert (await hubs.remove_connections_from_groups(bench.call(body=body, headers=JSON))).status == 200
    assert hub.connections["a"].groups == {"y"}


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"groups":[]}', b'{"groups":[""]}', b'{"groups":null}', b"nonsense", b'{"groups":["x"],"filter":1}'],
)
async def test_a_body_without_groups_changes_nothing(bench: Bench, body: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        await hubs.add_connections_to_groups(bench.call(body=body, headers=JSON))
    assert refusal(caught) == (400, "Error.BadRequest")
    assert bench.call().hub.connections["a"].groups == {"g"}
