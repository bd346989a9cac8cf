"""Which operation a REST request asks for."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import RefusedError
from emulator.rest import operations
from emulator.rest.operations import OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_found_by_its_method_and_path(operation: operations.Operation) -> None:
    path = "/api/hubs/Chat/" + operation.path.replace("{", "").replace("}", "1")
    found, target = operations.find(operation.method, path)
    assert (found, target.hub) == (operation, "Chat")
    assert all(value == f"{name}1" for name, value in target.parameters.items())


def test_there_are_24_operations_with_a_function_for_each() -> None:
    assert len(OPERATIONS) == len({(one.method, one.path) for one in OPERATIONS}) == 24
    assert len({one.execute for one in OPERATIONS}) == 24


def test_slashes_are_decoded_on_request() -> None:
    _, target = operations.find("HEAD", "/api/hubs/h/users/t%2Fa", decodes_slashes=True)
    assert target.parameters == {"user": "t/a"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api", 404),
        ("GET", "/api/hubs", 404),
        ("POST", "/api/hubs/h/:shout", 404),
        ("POST", "/api/hubs/h", 404),
        ("POST", "/api/hubs/h/", 404),
        ("POST", "/api/hubs/h/groups/a/b/:send", 404),
        ("POST", "/api/hubs/h/:send/", 404),
        ("GET", "/api/hubs/h/:send", 405),
        ("POST", "/api/hubs/1h/:send", 400),
        ("POST", "/api/hubs//:send", 400),
        ("POST", "/api/hubs/h/groups/%20/:send", 400),
        ("POST", "/api/hubs/h/groups/%FF/:send", 400),
    ],
)
def test_what_is_no_operation_is_refused(method: str, path: str, status: int) -> None:
    with pytest.raises(RefusedError) as caught:
        operations.find(method, path)
    assert caught.value.status == status


def test_a_wrong_method_is_told_the_right_ones() -> None:
    with pytest.raises(RefusedError, match="GET is not allowed here; expected HEAD or DELETE"):
        operations.find("GET", "/api/hubs/h/connections/c")


@given(st.sampled_from(["GET", "PUT", "POST", "HEAD", "DELETE"]), st.text(max_size=60))
def test_every_path_is_an_operation_or_refused(method: str, path: str) -> None:
    with suppress(RefusedError):
        operations.find(method, f"/api/hubs/{path}")
