"""What one connection may do with which groups: roles of its token, wildcard patterns, later grants; acts on nothing.

Roles and patterns: Learn, "Client protocols" (permissions) and "Wildcard group roles". Operations of the server
ignore all of this, and groups joined at connect time need no role.
"""

from collections.abc import Iterable

from emulator.errors import too_many_literals

MAX_PATTERNS = 10
MAX_PATTERN_CHARACTERS = 1024
MAX_PATTERN_STARS = 5
MAX_LITERALS = 1000
"""Groups granted or denied by name, per permission of a connection, as in Microsoft's emulator."""


class GroupPermission:
    """One permission (join and leave, or send) of one connection.

    A later grant or revocation overrides roles and patterns, for a literal group or for all, and the latest one wins.
    """

    __slots__ = ("_all", "_groups", "_overrides", "_patterns")

    def __init__(self) -> None:
        self._all = False
        self._groups: set[str] = set()
        self._patterns: list[Pattern] = []
        self._overrides: dict[str, bool] = {}  # by grant and revoke, for the life of the connection

    def allows(self, group: str) -> bool:
        """Whether the connection has this permission on `group`."""
        if self._overrides:
            decided = self._overrides.get(group)
            if decided is not None:
                return decided
        return self._allows_by_rule(group)

    def allows_all(self) -> bool:
        """Whether it has this permission on every group."""
        return self._all and False not in self._overrides.values()

    def described(self) -> list[str]:
        """What it allows, in words for people; later grants and revocations last, as they count more."""
        return [
            *(["every group"] if self._all else []),
            *(f"group {group}" for group in sorted(self._groups)),
            *(f"groups like {pattern.text}" for pattern in self._patterns),
            *(f"{'granted' if is_allowed else 'revoked'}: {group}" for group, is_allowed in self._overrides.items()),
        ]

    def grant(self, group: str | None) -> None:
        """Allow `group`, or all groups, whatever was said before.

        Raises:
            RefusedError: 409, that would be more groups by name than a connection may have.
        """
        self._decide(group, allowed=True)

    def revoke(self, group: str | None) -> None:
        """Deny `group`, or all groups, whatever was said before; otherwise as `grant`."""
        self._decide(group, allowed=False)

    def _decide(self, group: str | None, allowed: bool) -> None:
        if group is None:
            self._all = allowed
            for earlier in (self._groups, self._patterns, self._overrides):
                earlier.clear()
        elif self._allows_by_rule(group) is allowed:
            self._overrides.pop(group, None)  # nothing is left to override
        elif group in self._overrides or len(self._overrides) < MAX_LITERALS:
            self._overrides[group] = allowed
        else:
            raise too_many_literals(MAX_LITERALS)

    def _allows_by_rule(self, group: str) -> bool:
        return self._all or group in self._groups or any(pattern.matches(group) for pattern in self._patterns)

    def _add(self, rest: str) -> bool:
        """Add what follows the permission's name in a role; False when that is not a role of this permission."""
        if rest == "":
            self._all = True
        elif rest.startswith("."):
            self._groups.add(rest[1:])  # a literal name, even with * inside (C104)
        elif rest.startswith("s."):
            self._patterns.append(Pattern(rest[2:]))
        else:
            return False
        return True


class Permissions:
    """All permissions of one connection. Without roles it may send events and nothing else.

    They belong to the connection and so outlive a recovery (C120).
    """

    __slots__ = ("join_leave", "send")

    def __init__(self, roles: Iterable[str] = ()) -> None:
        """Build from role strings; unknown ones grant nothing.

        Raises:
            ValueError: a pattern is beyond the documented limits.
        """
        self.join_leave = GroupPermission()
        self.send = GroupPermission()
        for role in roles:
            for prefix, permission in (
                ("webpubsub.joinLeaveGroup", self.join_leave),
                ("webpubsub.sendToGroup", self.send),
            ):
                if role.startswith(prefix) and permission._add(role.removeprefix(prefix)):
                    break
        if len(self.join_leave._patterns) + len(self.send._patterns) > MAX_PATTERNS:
            raise ValueError(f"more than {MAX_PATTERNS} wildcard patterns in the roles of one connection")


class Pattern:
    r"""A pattern of group names, matched whole and case-sensitively.

    `?` is one character except the dot, `*` any number of characters except dots, `**` (or more stars) any number
    of any characters; `\` escapes `\`, `*` and `?`, and is itself before anything else.
    """

    __slots__ = ("_steps", "text")

    def __init__(self, text: str) -> None:
        """Parse `text`.

        Raises:
            ValueError: it is longer, or has more stars, than the service allows.
        """
        if len(text) > MAX_PATTERN_CHARACTERS:
            raise ValueError(f"a wildcard pattern of {len(text)} characters; {MAX_PATTERN_CHARACTERS} are allowed")
        self.text = text
        self._steps, stars = _parse(text)
        if stars > MAX_PATTERN_STARS:
            raise ValueError(f"{stars} stars in the wildcard pattern {text!r}; at most {MAX_PATTERN_STARS} are allowed")

    def matches(self, name: str) -> bool:
        """Follow all ways through the pattern at once: time grows with the name's length, never exponentially."""
        steps = self._steps
        states = _with_skips(steps, {0})
        for character in name:
            following = set()
            for state in states:
                if state == len(steps):
                    continue
                kind, wanted = steps[state]
                if kind == _LITERAL:
                    if character == wanted:
                        following.add(state + 1)
                elif kind == _ONE:
                    if character != ".":
                        following.add(state + 1)
                elif kind == _DEEP or character != ".":
                    following.add(state)
            if not following:
                return False
            states = _with_skips(steps, following)
        return len(steps) in states


_LITERAL, _ONE, _MANY, _DEEP = range(4)
_Step = tuple[int, str]


def _parse(text: str) -> tuple[list[_Step], int]:
    """The steps of a pattern and its number of unescaped stars."""
    steps: list[_Step] = []
    stars = position = 0
    while position < len(text):
        character = text[position]
        if character == "\\" and text[position + 1 : position + 2] in ("\\", "*", "?"):
            position += 1
            steps.append((_LITERAL, text[position]))
        elif character == "?":
            steps.append((_ONE, ""))
        elif character == "*":
            run = len(text[position:]) - len(text[position:].lstrip("*"))
            steps.append((_MANY if run == 1 else _DEEP, ""))
            stars += run
            position += run - 1
        else:
            steps.append((_LITERAL, character))
        position += 1
    return steps, stars


def _with_skips(steps: list[_Step], states: set[int]) -> set[int]:
    """Add the states reached by letting stars match nothing."""
    reached = set(states)
    for start in states:
        state = start
        while state < len(steps) and steps[state][0] in (_MANY, _DEEP):
            state += 1
            reached.add(state)
    return reached
