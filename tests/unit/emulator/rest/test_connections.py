"""The operations on one connection."""

import pytest

from emulator.errors import RefusedError
from emulator.rest import connections
from tests.unit.emulator.rest.bench import Bench, refusal


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.connect("a", groups=["g", "h"])
    bench.connect("b")
    return bench


async def test_a_connection_exists_or_does_not(bench: Bench) -> None:
    assert (await connections.exists(bench.call(connection="a"))).status == 200
    with pytest.raises(RefusedError) as caught:
        await connections.exists(bench.call(connection="A"))
    assert refusal(caught) == (404, "Warning.Connection.NotExisted")


async def test_it_alone_gets_what_is_sent_to_it(bench: Bench) -> None:
    assert (await connections.send(bench.call(body=b"hi", connection="a"))).status == 202
    assert bench.receivers == {"a"}


async def test_it_alone_is_closed(bench: Bench) -> None:
    assert (await connections.close(bench.call("reason=x", connection="a"))).status == 204
    assert [name for name, _ in bench.ended] == ["a"]


async def test_it_leaves_all_its_groups(bench: Bench) -> None:
    assert (await connections.leave_all_groups(bench.call(connection="a"))).status == 204
    assert bench.call().hub.connections["a"].groups == set()


async def test_one_that_is_not_there_is_no_error(bench: Bench) -> None:
    calls = [bench.call(body=b"x", connection="missing") for _ in range(3)]
    statuses = [
        (await operation(call)).status
        for operation, call in zip(
            (connections.send, connections.close, connections.leave_all_groups), calls, strict=True
        )
    ]
    assert (statuses, bench.delivered, bench.ended) == ([202, 204, 204], [], [])
