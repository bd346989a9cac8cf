"""By which name a request calls this service."""

from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from emulator.caller import require_one_host
from emulator.errors import RefusedError


def request(*hosts: str) -> web.Request:
    headers = CIMultiDict([("Host", host) for host in hosts])
    return cast("web.Request", make_mocked_request("GET", "/", headers=headers))


@pytest.mark.parametrize("hosts", [(), ("localhost:8080",), ("[::1]:8080",), ("a.example",)])
def test_one_name_or_none_will_do(hosts: tuple[str, ...]) -> None:
    require_one_host(request(*hosts))


@pytest.mark.parametrize(
    "hosts",
    [
        ("localhost", "evil.example"),
        ("evil.example", "localhost"),
        ("localhost", "localhost"),
        ("evil.example@localhost",),
        ("localhost:8080@evil.example",),
        ("localhost/evil.example",),
        ("localhost, evil.example",),
        ("localhost#.evil.example",),
        ("localhost?.evil.example",),
        ("localhost\\.evil.example",),
    ],
)
def test_what_could_be_read_as_several_names_is_refused(hosts: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as caught:
        require_one_host(request(*hosts))
    assert (caught.value.status, caught.value.target) == (400, "Host")
