"""Count what the service will bill for each reader of our messages. Knows neither their number nor the service.

Azure Web PubSub meters outbound traffic in units of 2 KB: what goes to each subscriber; what comes in is free (Learn,
"Billing model of Azure Web PubSub service"). Whether single messages are rounded up first is not said, so both are
counted. Its day begins at 00:00 UTC.
"""

UNIT_BYTES = 2048
DELIVERY_BYTES = 40
"""By how much the frame that a reader gets is longer than the one we send, about: it names `from` and `fromUserId`."""
SECONDS_PER_DAY = 86_400


class Units:
    """What one reader, in the group all the time, causes today."""

    def __init__(self) -> None:
        self.bytes_total = 0
        """Outbound bytes for one reader since the start."""
        self._day = 0
        self._bytes_today = 0
        self._rounded_today = 0

    def sent(self, frame_bytes: int, now: float) -> None:
        """Note a publication; `now` is in seconds since 1970 (UTC)."""
        self._turn(now)
        delivered = frame_bytes + DELIVERY_BYTES
        self.bytes_total += delivered
        self._bytes_today += delivered
        self._rounded_today += -(-delivered // UNIT_BYTES)

    def today(self, now: float) -> tuple[float, int]:
        """Units since 00:00 UTC: by the traffic of the day, and with each message rounded up."""
        self._turn(now)
        return self._bytes_today / UNIT_BYTES, self._rounded_today

    def _turn(self, now: float) -> None:
        day = int(now // SECONDS_PER_DAY)
        if day != self._day:
            self._day, self._bytes_today, self._rounded_today = day, 0, 0
