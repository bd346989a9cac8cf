"""What nginx itself serves: the page, its assets, and the headers that keep both safe and fresh."""

import gzip

from all_in_one import page
from tests.nasty.cases import case

from .conftest import PAGE, SCRIPT, Client
from .server import Nginx

SCRIPT_PATH = "/assets/index-B4d3c0de.js"


@case("V23")
async def test_page_is_served_and_asked_for_each_time(client: Client) -> None:
    for path in ("/", "/index.html", "/?source=a"):
        async with client.get(path) as response:
            assert (response.status, await response.text()) == (200, PAGE)
            assert response.headers["Content-Type"] == "text/html; charset=utf-8"
            assert response.headers.getall("Cache-Control") == ["no-cache"]


@case("V23")
async def test_page_that_changed_is_never_taken_from_a_cache(client: Client, nginx: Nginx) -> None:
    async with client.get("/") as response:
        known = {"If-None-Match": response.headers["ETag"]}
    async with client.get("/", headers=known) as response:
        assert response.status == 304
    (nginx.root / "index.html").write_text(PAGE + "<p>new</p>")
    async with client.get("/", headers=known) as response:
        assert response.status == 200


@case("V23")
async def test_hashed_assets_are_immutable(client: Client) -> None:
    async with client.get(SCRIPT_PATH) as response:
        assert await response.text() == SCRIPT
        assert response.headers.getall("Cache-Control") == ["public, max-age=31536000, immutable"]


@case("V23")
async def test_missing_asset_is_404_and_not_cached(client: Client) -> None:
    async with client.get("/assets/index-0ld.js") as response:
        assert response.status == 404
        assert response.headers.getall("Cache-Control") == ["no-store"]


@case("V23")
async def test_source_maps_are_not_served(client: Client) -> None:
    async with client.get(SCRIPT_PATH + ".map") as response:
        assert response.status == 404


@case("V23")
async def test_assets_are_compressed(client: Client) -> None:
    async with client.get(SCRIPT_PATH, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(await response.read()).decode() == SCRIPT


async def test_every_answer_carries_the_security_headers(client: Client) -> None:
    for path in ("/", SCRIPT_PATH, "/nothing", "/healthz", "/negotiate"):
        async with client.get(path) as response:
            headers = response.headers
            assert headers["Content-Security-Policy"].startswith(
                "default-src 'none'; script-src 'self'; worker-src 'self';"
            ), path
            assert headers["Referrer-Policy"] == "no-referrer", path
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["Server"] == "nginx", path


async def test_healthz_needs_no_upstream(client: Client) -> None:
    async with client.get("/healthz") as response:
        assert (response.status, response.content_type) == (200, "application/json")
        assert await response.json() == {"status": "ok"}


async def test_directories_are_neither_listed_nor_redirected(client: Client) -> None:
    for path in ("/assets", "/assets/", "/.", "/assets/../nothing/"):
        async with client.get(path, allow_redirects=False) as response:
            assert response.status == (200 if path == "/." else 404), path


async def test_headers_are_those_of_the_process_without_containers(client: Client) -> None:
    expected = page.headers("wss://elsewhere")
    for path in ("/", SCRIPT_PATH, "/favicon.svg"):
        async with client.get(path) as response:
            # nginx does not know the service's name, which may be any: it allows every WebSocket.
            policy = response.headers["Content-Security-Policy"].replace(
                "wss://*.webpubsub.azure.com", "wss://elsewhere"
            )
            seen = {name: response.headers[name] for name in expected} | {"Content-Security-Policy": policy}
            assert seen == expected, path
            assert response.headers["Cache-Control"] == page.cache_control(path[1:] or "index.html"), path
