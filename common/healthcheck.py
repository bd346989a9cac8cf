"""`python -m common.healthcheck URL`: exit 0 if URL answers 2xx within three seconds, else say why and exit 1.

The health check of the Python images, which have neither curl nor wget. Standard library only, to start fast.
"""

import sys
import urllib.error
import urllib.request

TIMEOUT_S = 3.0


def main(url: str) -> int:
    """Return the exit code; print the reason of a failure to stderr."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S):  # noqa: S310 - the URL is the operator's own
            return 0
    except (urllib.error.URLError, OSError, ValueError) as error:
        sys.stderr.write(f"{url}: {error}\n")
        return 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m common.healthcheck URL")
    sys.exit(main(sys.argv[1]))
