"""The operations on permissions."""

import pytest

from emulator.errors import RefusedError
from emulator.permissions import Permissions
from emulator.rest import permissions
from emulator.rest.call import Call
from tests.unit.emulator.rest.bench import Bench, refusal


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.connect("a").session.permissions = Permissions()
    return bench


def call(bench: Bench, query: str = "targetName=g", permission: str = "sendToGroup", connection: str = "a") -> Call:
    return bench.call(query, permission=permission, connection=connection)


@pytest.mark.parametrize("query", ["targetName=g", ""])
@pytest.mark.parametrize("name", ["sendToGroup", "JOINLEAVEGROUP", "1", "2"])
async def test_a_permission_is_granted_and_revoked(bench: Bench, query: str, name: str) -> None:
    assert (await permissions.grant(call(bench, query, name))).status == 200
    assert (await permissions.check(call(bench, query, name))).status == 200
    assert (await permissions.revoke(call(bench, query, name))).status == 204
    with pytest.raises(RefusedError) as caught:
        await permissions.check(call(bench, query, name))
    assert refusal(caught) == (404, "Info.Connection.NotExisted")


async def test_a_permission_is_not_the_other(bench: Bench) -> None:
    await permissions.grant(call(bench, permission="sendToGroup"))
    with pytest.raises(RefusedError):
        await permissions.check(call(bench, permission="joinLeaveGroup"))


async def test_a_connection_that_is_not_there_loses_but_does_not_gain(bench: Bench) -> None:
    assert (await permissions.revoke(call(bench, connection="missing"))).status == 204
    for operation in (permissions.grant, permissions.check):
        with pytest.raises(RefusedError) as caught:
            await operation(call(bench, connection="missing"))
        assert refusal(caught) == (404, "Info.Connection.NotExisted")


@pytest.mark.parametrize(("query", "name"), [("", "fly"), ("", "3"), ("targetName=", "1"), ("targetName= ", "1")])
async def test_what_names_no_permission_or_group_is_refused(bench: Bench, query: str, name: str) -> None:
    for operation in (permissions.grant, permissions.revoke, permissions.check):
        with pytest.raises(RefusedError) as caught:
            await operation(call(bench, query, name, connection="missing"))
        assert refusal(caught) == (400, "Error.BadRequest")
