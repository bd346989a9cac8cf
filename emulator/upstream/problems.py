"""A list of what is wrong with settings, so that all of it can be said at once; decides nothing."""


class Problems:
    """Gathers mistakes, each with its place."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, place: str, what: object) -> None:
        """Note that something is wrong at `place`."""
        self.lines.append(f"{place}: {what}")
