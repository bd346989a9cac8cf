"""What an operator sets for one hub: its event handlers in order, and two rules for its clients. Reads no file.

Learn: "Event handlers", and the hub settings of the resource.
"""

from msgspec import Struct

from emulator.upstream.event_pattern import EventPattern
from emulator.upstream.url_template import UrlTemplate

SYSTEM_EVENTS = ("connect", "connected", "disconnected")


class EventHandler(Struct, frozen=True):
    """A webhook of the application and the events that it wants."""

    url: UrlTemplate
    user_events: EventPattern
    system_events: frozenset[str] = frozenset()

    def wants(self, event: str, *, is_system: bool) -> bool:
        """Whether an event is for this handler."""
        return event in self.system_events if is_system else self.user_events.matches(event)


class HubSettings(Struct, frozen=True):
    """The settings of one hub. A hub that nobody mentions has these defaults."""

    handlers: tuple[EventHandler, ...] = ()
    allows_anonymous: bool = False
    keep_alive_s: float | None = None  # between two pings; None is the emulator's own interval

    def handler_for(self, event: str, *, is_system: bool) -> EventHandler | None:
        """The first handler that wants the event; the others never hear of it (C247)."""
        for handler in self.handlers:
            if handler.wants(event, is_system=is_system):
                return handler
        return None


UNSET = HubSettings()
