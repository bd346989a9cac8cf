"""What keeps the whole from starting; errors of a running part stay that part's own.

AllInOneError
└── ConfigurationError     said line by line; the process exits with 2
"""


class AllInOneError(Exception):
    """Base of all errors of this folder."""


class ConfigurationError(AllInOneError):
    """Settings that cannot work; each of `lines` is a sentence for people without a secret."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
