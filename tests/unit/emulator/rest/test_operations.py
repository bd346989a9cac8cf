"""Which operation a REST request asks for."""

import pytest

from emulator.errors import RefusedError
from emulator.rest import operations
from emulator.rest.operations import OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_found_by_its_method_and_path(operation: operations.Operation) -> None:
    path = "/api/hubs/Chat/" + operation.path.replace("{", "").replace("}", "1")
    call = operations.find(operation.method, path)
    assert (call.operation, call.hub) == (operation, "Chat")
    assert all(value == f"{name}1" for name, value in call.parameters.items())


@pytest.mark.parametrize(
    ("sent", "group"),
    [
        ("a%20b", "a b"),
        ("a+b", "a+b"),
        ("caf%C3%A9", "café"),
        ("100%2525", "100%25"),
        ("t%2Fa", "t%2Fa"),
        ("t%2fa", "t%2fa"),
        ("t%252Fa", "t%2Fa"),
    ],
)
def test_a_path_is_decoded_once_but_for_encoded_slashes(sent: str, group: str) -> None:
    assert operations.find("POST", f"/api/hubs/h/groups/{sent}/:send").parameters == {"group": group}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api", 404),
        ("POST", "/api/hubs/h/:shout", 404),
        ("POST", "/api/hubs/h", 404),
        ("POST", "/api/hubs/h/groups/a/b/:send", 404),
        ("GET", "/api/hubs/h/:send", 405),
        ("POST", "/api/hubs/1h/:send", 400),
        ("POST", "/api/hubs//:send", 400),
        ("POST", "/api/hubs/h/groups/%20/:send", 400),
        ("POST", "/api/hubs/h/groups//:send", 400),
        ("POST", f"/api/hubs/h/groups/{'g' * 1025}/:send", 400),
        ("POST", "/api/hubs/h/groups/%FF/:send", 400),
    ],
)
def test_what_is_no_operation_is_refused(method: str, path: str, status: int) -> None:
    with pytest.raises(RefusedError) as caught:
        operations.find(method, path)
    assert caught.value.status == status


def test_without_an_api_version_the_newest_is_meant() -> None:
    operations.check_api_version([])
    operations.check_api_version(["2024-12-01"])


@pytest.mark.parametrize("versions", [["1999-01-01"], [""], ["2024-12-01", "2024-12-01"]])
def test_an_unsupported_or_repeated_api_version_is_refused(versions: list[str]) -> None:
    with pytest.raises(RefusedError, match="api-version") as caught:
        operations.check_api_version(versions)
    assert caught.value.status == 400
