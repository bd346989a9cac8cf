"""What the pictures show: ten minutes of a small shop, as lines of five files on four machines.

Pure: the same seed gives the same lines, but for their time. Publishes nothing; `cast.py` does.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

SECONDS = 600
RUSH = range(150, 200)
"""Seconds from the beginning during which many people come,"""
INCIDENT = range(380, 440)
"""and during which the database is slow."""


class Origin(NamedTuple):
    """One file of one machine."""

    agent: str
    path: str


ACCESS = Origin("web-1", "/var/log/nginx/access.log")
API = Origin("api-1", "/srv/api/api.log")
ORDERS = Origin("api-1", "/srv/orders/orders.log")
WORKER = Origin("worker-1", "/srv/worker/worker.log")

BUILD = (
    "\x1b[1;34m==>\x1b[0m \x1b[1mnpm run build\x1b[0m",
    "\x1b[36mvite v8.3.8\x1b[0m \x1b[32mbuilding for production...\x1b[0m",
    "Downloading fonts  12%\rDownloading fonts  57%\rDownloading fonts 100% \x1b[32mdone\x1b[0m",
    "dist/assets/index.js  \x1b[2m131.59 kB\x1b[22m \x1b[33m(large)\x1b[0m",
    "\x1b[32m\u2713\x1b[0m built in 246 ms, report at https://ci.example.com/builds/4711",
)
"""What the machine build-1 writes, whose agent is a real one."""

_PAGES = ("/", "/lamps", "/lamps/nordlys-3", "/search?q=desk+lamp", "/assets/app.js", "/cart", "/login")
_CALLS = ("GET /api/products", "GET /api/cart", "POST /api/cart/items", "POST /api/orders", "GET /api/account")
_TRACE = (
    "Traceback (most recent call last):",
    '  File "orders/checkout.py", line 88, in place_order',
    "    row = await pool.fetchrow(RESERVE, order.id, order.items)",
    '  File "asyncpg/pool.py", line 597, in fetchrow',
    "    return await con.fetchrow(query, *args, timeout=timeout)",
    "TimeoutError: no connection became free within 3.0 s",
)


class Written(NamedTuple):
    """Lines that one file was given at `at`."""

    at: datetime
    origin: Origin
    lines: Sequence[str]


def ten_minutes(end: datetime, seed: int = 7) -> Iterator[Written]:
    """What was written in the ten minutes before `end`."""
    chance = Random(seed)
    begin = int(end.timestamp()) - SECONDS
    for second in range(SECONDS):
        at = datetime.fromtimestamp(begin + second, UTC)
        rush = 2.2 if second in RUSH else 1.0
        for origin, per_second in ((ACCESS, 5 * rush), (API, 3 * rush), (ORDERS, 0.9), (WORKER, 0.8)):
            amount = int(chance.gammavariate(2, per_second / 2) + 0.5)
            lines = [line for _ in range(amount) for line in _some(origin, chance, at, second in INCIDENT)]
            if lines:
                yield Written(at, origin, lines)


def last_moment(now: datetime, seed: int = 7) -> Iterator[Written]:
    """The lines at the live end, chosen for what there is to see."""
    chance = Random(seed)
    yield Written(now, WORKER, [_worker(chance, now, "info", "thumbnail made, no error")])
    yield Written(now, ORDERS, [_order(now, "WARNING", "Payment provider took 1840 ms (limit 1000 ms)")])
    yield Written(now, ACCESS, [_access(chance, now, False) for _ in range(2)])
    yield Written(now, ORDERS, [_order(now, "ERROR", "Order 83117 not placed"), *_TRACE])
    yield Written(now, API, [_api(chance, now, "POST /api/orders", 503)])
    yield Written(now, ACCESS, [_access(chance, now, True)])
    yield Written(now, WORKER, [_worker(chance, now, "warn", "retry scheduled")])
    yield Written(now, API, [_api(chance, now, call, 200) for call in ("GET /api/cart", "POST /api/cart/items")])
    yield Written(now, ORDERS, [_order(now, "INFO", "Order 83118 placed, 2 items, 179.00 EUR")])
    yield Written(now, ACCESS, [_access(chance, now, False) for _ in range(3)])


def _some(origin: Origin, chance: Random, at: datetime, is_slow: bool) -> Sequence[str]:
    """One line of that file, or an error with its stack trace."""
    at = at.replace(microsecond=chance.randrange(1000) * 1000)
    if origin is ACCESS:
        return [_access(chance, at, is_slow and chance.random() < 0.4)]
    if origin is API:
        status = 503 if is_slow and chance.random() < 0.45 else chance.choices((200, 201, 404), (90, 7, 3))[0]
        return [_api(chance, at, chance.choice(_CALLS), status)]
    if origin is WORKER:
        return [_worker(chance, at, "warn" if is_slow else "info", "queue is long" if is_slow else "thumbnail made")]
    number, items = chance.randrange(80_000, 83_000), chance.randrange(1, 6)
    if is_slow and chance.random() < 0.5:
        return [_order(at, "ERROR", f"Order {number} not placed"), *_TRACE]
    if chance.random() < 0.06:
        return [_order(at, "WARNING", f"Payment provider took {chance.randrange(1100, 2900)} ms (limit 1000 ms)")]
    return [_order(at, "INFO", f"Order {number} placed, {items} items, {items * 89.5:.2f} EUR")]


def _access(chance: Random, at: datetime, is_failure: bool) -> str:
    """A line of nginx, without the browser."""
    request = "POST /api/orders" if is_failure else f"GET {chance.choice(_PAGES)}"
    status = 502 if is_failure else chance.choices((200, 304, 404), (86, 11, 3))[0]
    size = 157 if is_failure else 0 if status == 304 else chance.randrange(400, 48_000)
    address = f"203.0.113.{chance.randrange(1, 255)}"
    return f'{address} - - [{at:%d/%b/%Y:%H:%M:%S %z}] "{request} HTTP/2.0" {status} {size}'


def _api(chance: Random, at: datetime, call: str, status: int) -> str:
    """JSON as a service on Node writes it, with the id of the request."""
    method, path = call.split()
    is_failure = status >= 500
    fields = {
        "time": _iso(at),
        "level": "error" if is_failure else "warn" if status == 404 else "info",
        "reqId": f"{chance.getrandbits(32):08x}",
        "method": method,
        "path": path,
        "status": status,
        "ms": chance.randrange(3000, 3090) if is_failure else chance.randrange(4, 180),
        "msg": "upstream timed out" if is_failure else "request completed",
    }
    if method == "POST":
        fields["user"] = {"id": 9007199254740993 + chance.randrange(99)}
    return json.dumps(fields, separators=(",", ":"))


def _order(at: datetime, level: str, text: str) -> str:
    """A line of Python's logging."""
    return f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {level:<7} [checkout] {text}"


def _worker(chance: Random, at: datetime, level: str, text: str) -> str:
    """A line of logfmt."""
    job, queue, ms = f"{chance.randrange(16**6):06x}", chance.randrange(40), chance.randrange(20, 900)
    return f'ts={_iso(at)} level={level} msg="{text}" job={job} queue={queue} ms={ms}'


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
