import re
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from all_in_one import page
from all_in_one.errors import ConfigurationError

NGINX = Path(__file__).parents[3] / "viewer" / "nginx" / "default.conf.template"
Client = TestClient[web.Request, web.Application]


async def negotiate(_request: web.Request) -> web.Response:
    return web.Response(headers={"Cache-Control": "no-store"})


@pytest.fixture
async def client(tmp_path: Path, aiohttp_client: AiohttpClient) -> Client:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Tailcast</title>")
    (dist / "assets" / "index-4f3a.js").write_text("export {}")
    (dist / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret").write_text("outside")
    (dist / "link").symlink_to(tmp_path / "secret")
    app = web.Application()
    app.router.add_get("/negotiate", negotiate)
    page.add_routes(app, dist, "wss://tailcast.webpubsub.azure.com")
    return await aiohttp_client(app)


async def test_the_page_is_at_the_root_and_never_stale(client: Client) -> None:
    response = await client.get("/")
    assert response.status == 200
    assert response.content_type == "text/html"
    assert response.headers["Cache-Control"] == "no-cache"


async def test_hashed_files_are_kept_for_good(client: Client) -> None:
    response = await client.get("/assets/index-4f3a.js")
    assert response.content_type.endswith("/javascript")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_other_files_are_looked_at_again(client: Client) -> None:
    response = await client.get("/favicon.svg")
    assert (response.content_type, response.headers["Cache-Control"]) == ("image/svg+xml", "no-cache")
    again = await client.get("/favicon.svg", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    "path", ["/nothing", "/assets/", "/assets", "/link", "/..%2fsecret", "/%2e%2e/secret", "/a%00b", "/" + "a" * 300]
)
async def test_what_is_not_a_file_of_the_page_is_404(client: Client, path: str) -> None:
    response = await client.get(path)
    assert response.status == 404
    assert (await response.json())["error"] == "not_found"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/assets/index-4f3a.js", "/nothing", "/negotiate"])
async def test_every_answer_has_the_security_headers(client: Client, path: str) -> None:
    response = await client.get(path)
    for name, value in page.headers("wss://tailcast.webpubsub.azure.com").items():
        assert response.headers[name] == value


def test_the_policy_allows_the_pages_own_origin_and_the_service_alone() -> None:
    assert "connect-src 'self'; " in page.headers(None)["Content-Security-Policy"]
    assert "connect-src 'self' wss://a; " in page.headers("wss://a")["Content-Security-Policy"]
    assert "unsafe" not in page.headers(None)["Content-Security-Policy"]


def test_nginx_sends_the_same_headers() -> None:
    sent = re.findall(r"^    add_header (\S+) (?:\"([^\"]*)\"|(\S+)) always;", NGINX.read_text("utf-8"), re.MULTILINE)
    nginx = {name: quoted or plain for name, quoted, plain in sent if name != "Cache-Control"}
    assert without_connect_src(nginx) == without_connect_src(page.headers(None))


def without_connect_src(headers: dict[str, str]) -> dict[str, str]:
    """The headers without the list of services, which nginx takes from its environment."""
    return {name: re.sub(r"connect-src 'self'[^;]*;", "", value) for name, value in headers.items()}


def test_a_page_that_is_not_built_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="run `make setup`"):
        page.add_routes(web.Application(), tmp_path, None)
