"""`/_emulator/faults` as a program in any language uses it."""

import json
from typing import Any

from tests.conformance import raw_http
from tests.conformance.raw_http import Response
from tests.conformance.target import Target
from tests.support.eventually import eventually

PATH = "/_emulator/faults"


class Door:
    """Sets faults over HTTP."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def ask(self, method: str, path: str = PATH, body: bytes | None = None, **headers: str) -> Response:
        """One request."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await raw_http.request(self._target.endpoint, method, path, given, body)

    async def set(self, fault: str, **fields: Any) -> dict[str, Any]:
        """Set a fault, which the emulator takes."""
        response = await self.post({"fault": fault, **fields})
        assert response.status == 201, response.body
        return read(response)

    async def post(self, body: Any) -> Response:
        """Try to set one."""
        return await self.ask("POST", PATH, json.dumps(body).encode(), Content_Type="application/json")

    async def show(self, fault: dict[str, Any]) -> dict[str, Any]:
        """What became of it."""
        return read(await self.ask("GET", f"{PATH}/{fault['id']}"))

    async def delete(self, fault: dict[str, Any]) -> None:
        """End it."""
        assert (await self.ask("DELETE", f"{PATH}/{fault['id']}")).status == 204

    async def applied(self, fault: dict[str, Any], count: int = 1) -> None:
        """Wait until it was applied so often."""

        async def is_there() -> bool:
            return bool((await self.show(fault))["applied"] >= count)

        await eventually(is_there, f"{fault} is applied {count} times")


def read(response: Response) -> dict[str, Any]:
    """The JSON object of an answer."""
    found: dict[str, Any] = json.loads(response.body)
    return found
