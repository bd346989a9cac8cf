"""What happens in the demo log: a small shop's web server, application and worker, as lines for three files.

Pure: randomness and the clock come in as arguments. Writes nothing; `demo_log` does.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import NamedTuple

ACCESS, APP, WORKER = "access.log", "app.log", "worker.log"
FILES = (ACCESS, APP, WORKER)

Lines = Mapping[str, Sequence[str]]
"""Lines by file name, without line ends."""


class Step(NamedTuple):
    """Something that happens after `pause_s` seconds: `lines` makes its lines for the time at which it does."""

    pause_s: float
    lines: Callable[[datetime], Lines]


_PATHS = ("/", "/api/orders", "/api/cart", "/api/products?page=2", "/search?q=lamp", "/assets/app.js", "/login")
_STRAYS = ("/favicon.ico", "/wp-login.php", "/api/orders/0")
_CLIENTS = ("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "Mozilla/5.0 (iPhone) Safari/605.1.15", "curl/8.11.1")
_JOBS = ("send-receipt", "resize-image", "reindex-product", "expire-carts")
_TRACE = (
    "java.sql.SQLTransientConnectionException: pool-1 - Connection is not available, request timed out after 3000ms",
    "\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)",
    "\tat com.example.shop.orders.OrderRepository.findOpen(OrderRepository.java:88)",
    "\tat com.example.shop.orders.OrderService.place(OrderService.java:41)",
    "\tat com.example.shop.api.OrderController.post(OrderController.java:27)",
    "Caused by: java.net.SocketTimeoutException: Read timed out",
    "\t... 23 more",
)


def script(chance: Random) -> Iterator[Step]:
    """Steps without end: some lines a second, a burst now and then, rarely a failure with its stack trace."""
    yield Step(0.0, lambda now: {APP: [_app(now, "INFO", "main", "Shop started in 1.84 s, listening on :3000")]})
    while True:
        (kind,) = chance.choices((_request, _order, _job, _slow, _burst, _failure), (50, 18, 18, 6, 3, 1))
        yield from kind(chance)


def _request(chance: Random) -> Iterator[Step]:
    yield Step(chance.expovariate(5), lambda now: {ACCESS: [_access(chance, now)]})


def _order(chance: Random) -> Iterator[Step]:
    number, items = chance.randrange(10_000, 99_999), chance.randrange(1, 6)
    yield Step(chance.expovariate(4), lambda now: {ACCESS: [_access(chance, now, "POST", "/api/orders", 201)]})
    text = f"Order {number} placed, items={items} total={items * 1990 / 100:.2f} EUR"
    yield Step(0.01, lambda now: {APP: [_app(now, "INFO", "orders", text)]})


def _job(chance: Random) -> Iterator[Step]:
    job = {"job": chance.choice(_JOBS), "id": chance.randrange(1 << 32), "attempt": 1}
    took = {"duration_ms": round(chance.lognormvariate(4, 0.8), 1)}
    yield Step(chance.expovariate(4), lambda now: {WORKER: [_worker(now, "debug", "job started", job)]})
    text = "job finished, no error"  # a level is not what a message happens to say
    yield Step(took["duration_ms"] / 1000, lambda now: {WORKER: [_worker(now, "info", text, job | took)]})


def _slow(chance: Random) -> Iterator[Step]:
    text = f"Payment provider took {chance.randrange(1200, 2900)} ms (limit 1000 ms)"
    yield Step(chance.expovariate(3), lambda now: {APP: [_app(now, "WARN", "payments", text)]})


def _burst(chance: Random) -> Iterator[Step]:
    for _ in range(chance.randrange(15, 40)):
        yield Step(0.02, lambda now: {ACCESS: [_access(chance, now, "GET", "/api/products?page=2", 200)]})


def _failure(chance: Random) -> Iterator[Step]:
    number = chance.randrange(10_000, 99_999)
    text = f"Order {number} failed, the database did not answer"
    yield Step(chance.expovariate(2), lambda now: {APP: [_app(now, "ERROR", "orders", text), *_TRACE]})
    yield Step(0.005, lambda now: {ACCESS: [_access(chance, now, "POST", "/api/orders", 503)]})
    retry = {"job": "send-receipt", "id": number, "attempt": 2, "error": "order not found"}
    yield Step(0.4, lambda now: {WORKER: [_worker(now, "error", "job failed, will be retried", retry)]})


def _access(
    chance: Random, now: datetime, method: str = "GET", path: str | None = None, status: int | None = None
) -> str:
    """A line of nginx's combined format."""
    status = status or chance.choices((200, 304, 404), (88, 8, 4))[0]
    path = path or chance.choice(_STRAYS if status == 404 else _PATHS)
    size = 0 if status == 304 else chance.randrange(180, 24_000)
    address = f"203.0.113.{chance.randrange(1, 255)}"
    agent = chance.choice(_CLIENTS)
    return f'{address} - - [{now:%d/%b/%Y:%H:%M:%S %z}] "{method} {path} HTTP/1.1" {status} {size} "-" "{agent}"'


def _app(now: datetime, level: str, logger: str, text: str) -> str:
    return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}{now:%z} {level:<5} [{logger}] {text}"


def _worker(now: datetime, level: str, message: str, fields: Mapping[str, object]) -> str:
    return json.dumps({"time": now.isoformat(timespec="milliseconds"), "level": level, "message": message, **fields})
