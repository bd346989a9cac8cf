"""What came of a REST request beside its status: who received or lost something, who was left out; in words too."""

from collections.abc import Mapping, Sequence

from common.shortening import quoted
from emulator.connection import Connection
from emulator.inspection.record import LeftOut
from emulator.inspection.requests import reached
from emulator.messages import Message


class Outcome:
    """Filled in by the request while it is executed."""

    def __init__(self) -> None:
        self.message: Message | None = None  # that was to be sent
        self.receivers: Sequence[Connection] | None = None  # who was sent it; None where nothing was sent
        self.closed: Sequence[Connection] | None = None  # who was closed
        self.left_out: Sequence[LeftOut] = ()  # the first of those who were not meant
        self.left_out_count = 0  # of all of them

    def words(self, hub: str, parameters: Mapping[str, str], why_no_member: str) -> str:
        """What happened. `parameters` are those of the path; `why_no_member` is for a group without any."""
        if self.receivers is not None:
            said = reached(len(self.receivers)) if self.receivers else self._why_nobody(hub, parameters, why_no_member)
        elif self.closed is not None:
            said = f"{len(self.closed)} closed."
        else:
            said = ""
        if self.left_out_count:
            said = f"{said} {self.left_out_count} left out by excluded or filter.".strip()
        return said

    def _why_nobody(self, hub: str, parameters: Mapping[str, str], why_no_member: str) -> str:
        if self.left_out_count:
            return "0 receivers."
        if "group" in parameters:
            return f"0 receivers: {why_no_member}"
        if "user" in parameters:
            return f"0 receivers: user {quoted(parameters['user'])} has no connection to hub {hub!r} at this moment."
        if "connection" in parameters:
            return f"0 receivers: hub {hub!r} has no connection {quoted(parameters['connection'])} at this moment."
        return f"0 receivers: nobody is connected to hub {hub!r} at this moment."
