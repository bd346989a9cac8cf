"""The errors of the tail. Messages say what was seen, what was expected and what to do.

TailError
├── StateError            the state directory cannot be used; the agent cannot start
│   └── StateLockedError  another agent uses it
├── CorruptStateError     the bytes of a saved state are not what was written
├── FileChangedError      an open file is no longer the life that was being read
├── FileReplacedError     a path leads to another file than before
└── NotTextError          the content of a file is not to be tailed
"""


class TailError(Exception):
    """Any failure of the tail that is not a programming mistake."""


class StateError(TailError):
    """The state directory cannot be read, written, locked or understood. Fatal at start."""


class StateLockedError(StateError):
    """Another agent holds the lock of the state directory; the message names its process."""


class CorruptStateError(TailError):
    """A saved state does not match its checksum or is not ours. The previous copy may be good."""


class FileChangedError(TailError):
    """The file was truncated or rewritten in place: what was read so far belongs to a life that is over."""


class FileReplacedError(TailError):
    """The path leads to another file, or to something that is not a regular file."""


class NotTextError(TailError):
    """The content is binary or compressed; the text says which."""
