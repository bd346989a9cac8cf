"""Answer GET /healthz (alive), /readyz (can publish) and /metrics on a port of its own.

Knows nothing of how publishing works.
"""

from collections.abc import Callable

from aiohttp import web


class Health:
    """A small HTTP server. The first two paths answer JSON: {"status": "ok"}, or 503 with a reason."""

    def __init__(self, host: str, port: int, trouble: Callable[[], str], metrics: Callable[[], bytes]) -> None:
        """
        Args:
            host: address to listen on.
            port: 0 takes a free one.
            trouble: says why nothing can be published at present; empty when all is well.
            metrics: returns the metrics in Prometheus' text format.
        """
        self._host = host
        self._port = port
        self._trouble = trouble
        self._metrics = metrics
        self._runner: web.AppRunner | None = None  # set while the server runs

    async def start(self) -> str:
        """Listen and return the URL.

        Raises:
            OSError: the address cannot be listened on.
        """
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._show_metrics)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        # The type of the text format, version 0.0.4 (prometheus.io, "Exposition formats").
        return web.Response(body=self._metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _readyz(self, _request: web.Request) -> web.Response:
        trouble = self._trouble()
        if not trouble:
            return web.json_response({"status": "ok"})
        return web.json_response({"status": "unavailable", "reason": trouble}, status=503)
