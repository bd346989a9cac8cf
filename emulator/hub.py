"""Who is connected and who is in which group, and so who gets a message; encodes and sends nothing.

All of it is memory and none of it waits, so nothing changes while a message finds its receivers.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Set
from typing import NamedTuple

from emulator import names
from emulator.connection import Connection, Encoder
from emulator.messages import Message


class Delivery(NamedTuple):
    """`connections` all get `message` in the wire form of `encoder`, so its frame is made once."""

    encoder: Encoder
    message: Message
    connections: Set[Connection]


class Hub:
    """One hub: an isolated set of connections and the groups they are in.

    A group exists while it has members: the first join makes it, the last leave ends it.
    """

    def __init__(self, name: str, on_join: Callable[[Connection], None] | None = None) -> None:
        """Make an empty one; it tells `on_join` of every member that a group gets."""
        self.name = name
        self._on_join = on_join
        self.connections: dict[str, Connection] = {}
        self._users: dict[str, set[Connection]] = {}  # without those who are anonymous; no set is empty
        self._groups: dict[str, dict[Encoder, set[Connection]]] = {}  # members by wire form, none of them empty
        self.membership = object()  # another one after each change, so that it tells whether there was one

    def add(self, connection: Connection) -> None:
        """Let `connection` take part."""
        self.connections[connection.connection_id] = connection
        self.membership = object()
        if connection.user_id is not None:
            self._users.setdefault(connection.user_id, set()).add(connection)

    def remove(self, connection: Connection) -> None:
        """Forget `connection` and its memberships; one that is not there is no error."""
        self.leave_all(connection)
        self.membership = object()
        if self.connections.pop(connection.connection_id, None) is None or connection.user_id is None:
            return
        of_user = self._users[connection.user_id]
        of_user.discard(connection)
        if not of_user:
            del self._users[connection.user_id]

    def join(self, connection: Connection, group: str) -> None:
        """Make `connection` a member of `group`. Joining twice changes nothing."""
        connection.groups.add(group)
        self.membership = object()
        self._groups.setdefault(group, {}).setdefault(connection.encoder, set()).add(connection)
        if self._on_join is not None:
            self._on_join(connection)

    def leave(self, connection: Connection, group: str) -> None:
        """End a membership. Leaving a group that one is not in changes nothing."""
        if group not in connection.groups:
            return
        connection.groups.discard(group)
        self.membership = object()
        members = self._groups[group]
        members[connection.encoder].discard(connection)
        if not members[connection.encoder]:
            del members[connection.encoder]
        if not members:
            del self._groups[group]

    def leave_all(self, connection: Connection) -> None:
        """End all memberships of `connection`."""
        for group in tuple(connection.groups):
            self.leave(connection, group)

    def groups(self) -> dict[str, int]:
        """How many members each group has."""
        return {name: sum(map(len, members.values())) for name, members in self._groups.items()}

    def members(self, group: str) -> list[Connection]:
        """The connections in `group`; none of a group that does not exist."""
        return [member for members in self._groups.get(group, {}).values() for member in members]

    def of_user(self, user_id: str) -> list[Connection]:
        """The connections of a user; none of one who is not there."""
        return list(self._users.get(user_id, ()))

    def publish(self, group: str, message: Message, excluded: Collection[Connection] = ()) -> list[Delivery]:
        """Who gets a message sent to `group`: its members but for `excluded`, by wire form."""
        members = self._groups.get(group)
        if members is None:
            return []
        if not excluded:
            return [Delivery(encoder, message, connections) for encoder, connections in members.items()]
        return [
            Delivery(encoder, message, connections.difference(excluded)) for encoder, connections in members.items()
        ]

    def send(self, message: Message, connections: Iterable[Connection]) -> list[Delivery]:
        """Who gets a message sent to `connections`: all of them, by wire form."""
        receivers: dict[Encoder, set[Connection]] = {}
        for connection in connections:
            receivers.setdefault(connection.encoder, set()).add(connection)
        return [Delivery(encoder, message, of_encoder) for encoder, of_encoder in receivers.items()]

    def find(self, connection_ids: Iterable[str]) -> list[Connection]:
        """The connections with these ids; unknown ids are ignored."""
        return [found for id_ in connection_ids if (found := self.connections.get(id_)) is not None]


class Hubs:
    """All hubs. One exists from its first connection to its last, under its name without regard to case."""

    def __init__(self, on_join: Callable[[Connection], None] | None = None) -> None:
        """Begin with none; `on_join` is told of every member that a group gets."""
        self._hubs: dict[str, Hub] = {}
        self._on_join = on_join

    def add(self, name: str, connection: Connection) -> Hub:
        """Add `connection` to the hub `name`, and return that."""
        hub = self._hubs.setdefault(names.hub_key(name), Hub(names.hub_key(name), self._on_join))
        hub.add(connection)
        return hub

    def __iter__(self) -> Iterator[Hub]:
        return iter(self._hubs.values())

    def get(self, name: str) -> Hub | None:
        """The hub `name`, or None while nothing is connected to it."""
        return self._hubs.get(names.hub_key(name))

    def connections(self) -> list[Connection]:
        """Those of all hubs."""
        return [connection for hub in self._hubs.values() for connection in hub.connections.values()]

    def remove(self, hub: Hub, connection: Connection) -> None:
        """Remove `connection` from `hub`, and the hub when that was its last; again is no error."""
        hub.remove(connection)
        if not hub.connections and self._hubs.get(hub.name) is hub:  # not its successor of the same name
            del self._hubs[hub.name]
