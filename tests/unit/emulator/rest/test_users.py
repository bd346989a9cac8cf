"""The operations on a user."""

import pytest

from emulator.errors import RefusedError
from emulator.rest import users
from tests.unit.emulator.rest.bench import Bench, refusal


@pytest.fixture
def bench() -> Bench:
    return with_connections(Bench())


def with_connections(bench: Bench) -> Bench:
    bench.connect("a", "alice", ["g", "h"])
    bench.connect("b", "alice", ["g"])
    bench.connect("c", "Alice", ["g"])
    return bench


async def test_a_user_exists_while_one_connection_is_there(bench: Bench) -> None:
    assert (await users.exists(bench.call(user="alice"))).status == 200
    with pytest.raises(RefusedError) as caught:
        await users.exists(bench.call(user="bob"))
    assert refusal(caught) == (404, "Warning.User.NotExisted")


@pytest.mark.parametrize(("query", "receivers"), [("", "ab"), ("filter='h' in groups", "a"), ("excluded=a", "ab")])
async def test_a_message_goes_to_the_users_connections(bench: Bench, query: str, receivers: str) -> None:
    assert (await users.send(bench.call(query, b"hi", user="alice"))).status == 202
    assert bench.receivers == set(receivers)


async def test_the_users_connections_are_closed_but_for_the_excluded(bench: Bench) -> None:
    assert (await users.close(bench.call("excluded=a", user="alice"))).status == 204
    assert [name for name, _ in bench.ended] == ["b"]


async def test_the_users_connections_join_and_leave_together(bench: Bench) -> None:
    hub = bench.call().hub
    assert (await users.join(bench.call(user="alice", group="x"))).status == 200
    assert {one.connection_id for one in hub.members("x")} == {"a", "b"}
    assert (await users.leave(bench.call(user="alice", group="g"))).status == 204
    assert {one.connection_id for one in hub.members("g")} == {"c"}
    assert (await users.leave_all_groups(bench.call(user="alice"))).status == 204
    assert [hub.connections[name].groups for name in "abc"] == [set(), set(), {"g"}]


async def test_a_user_without_connections_cannot_join_unless_that_is_allowed() -> None:
    with pytest.raises(RefusedError) as caught:
        await users.join(with_connections(Bench()).call(user="bob", group="g"))
    assert refusal(caught) == (404, "Error.User.NotExisted")
    allowing = with_connections(Bench(missing_user_is_error=False))
    assert (await users.join(allowing.call(user="bob", group="g"))).status == 200
