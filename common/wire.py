"""Names on the wire that the services must agree on; what they mean is docs/wire.md and Azure's own documents.

The emulator spells the protocol itself and never imports this: a mistake must not agree with itself.
"""

RELIABLE_SUBPROTOCOL = "json.reliable.webpubsub.azure.v1"
"""The one that the agent speaks: a connection that was lost can be recovered (docs/decisions/0006)."""

JOIN_LEAVE_ROLE = "webpubsub.joinLeaveGroup.{group}"
"""Role of a client that may join and leave one group, and so read it. A literal name, never a pattern."""

SEND_ROLE = "webpubsub.sendToGroup.{group}"
"""Role of a client that may publish to one group."""

FORMAT_VERSION = 1
"""Value of the key `tailcast` in every message of the batch format (docs/wire.md)."""
