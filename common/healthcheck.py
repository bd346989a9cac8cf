"""`python -m common.healthcheck URL`: exit 0 if URL answers 2xx within three seconds, else say why and exit 1.

The health check of the Python images, which have neither curl nor wget. Standard library only, to start fast.
"""

import http.client
import sys
import urllib.request

TIMEOUT_S = 3.0
# A proxy of the environment is for the way out, never for the service beside us.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def main(url: str) -> int:
    """Return the exit code; print the reason of a failure to stderr."""
    try:
        with _OPENER.open(url, timeout=TIMEOUT_S):
            return 0
    except (OSError, ValueError, http.client.HTTPException) as error:
        sys.stderr.write(f"{url}: {error}\n")
        return 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m common.healthcheck URL")
    sys.exit(main(sys.argv[1]))
