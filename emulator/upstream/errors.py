"""What can go wrong with a call of an event handler. The refusal that a client sees is decided elsewhere.

EmulatorError
└── DeliveryError           a handler got no event, or what it answered cannot be used
    └── UnreachableError    it gave no answer at all; the same request may do better later
"""

from emulator.errors import EmulatorError


class DeliveryError(EmulatorError):
    """An event was not delivered or not answered usefully. The text is for the log and holds no secret."""


class UnreachableError(DeliveryError):
    """A handler could not be reached, or hung up without an answer."""
