"""The operations on a group."""

import pytest

from emulator.errors import RefusedError
from emulator.rest import groups
from tests.unit.emulator.rest.bench import Bench, refusal


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.connect("a", "alice", ["g"])
    bench.connect("b", groups=["g"])
    bench.connect("c")
    return bench


async def test_a_group_exists_while_it_has_a_member(bench: Bench) -> None:
    assert (await groups.exists(bench.call(group="g"))).status == 200
    with pytest.raises(RefusedError) as caught:
        await groups.exists(bench.call(group="G"))
    assert refusal(caught) == (404, "Warning.Group.NotExisted")


@pytest.mark.parametrize(("query", "receivers"), [("", "ab"), ("excluded=a", "b"), ("filter=userId ne null", "a")])
async def test_members_who_are_meant_get_it_from_the_group(bench: Bench, query: str, receivers: str) -> None:
    assert (await groups.send(bench.call(query, b"hi", group="g"))).status == 202
    assert bench.receivers == set(receivers)
    ((message, _),) = bench.delivered
    assert (message.group, message.from_user_id) == ("g", None)


async def test_members_are_closed_but_for_the_excluded(bench: Bench) -> None:
    assert (await groups.close(bench.call("excluded=a", group="g"))).status == 204
    assert [name for name, _ in bench.ended] == ["b"]


async def test_a_connection_joins_and_leaves(bench: Bench) -> None:
    assert (await groups.join(bench.call(group="x", connection="c"))).status == 200
    assert bench.call().hub.connections["c"].groups == {"x"}
    for _ in range(2):
        assert (await groups.leave(bench.call(group="x", connection="c"))).status == 204
    assert bench.call().hub.connections["c"].groups == set()


async def test_one_that_is_not_there_leaves_but_cannot_join(bench: Bench) -> None:
    assert (await groups.leave(bench.call(group="g", connection="missing"))).status == 204
    with pytest.raises(RefusedError) as caught:
        await groups.join(bench.call(group="g", connection="missing"))
    assert refusal(caught) == (404, "Error.Connection.NotExisted")
