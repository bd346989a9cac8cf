"""Settings of the process that holds all services; each service still reads its own from the environment."""

from pathlib import Path

from pydantic import Field

from common.settings import ServiceSettings


class AllInOneSettings(ServiceSettings):
    """Run everything on http://localhost:PORT: the page, /negotiate, the emulator, and an agent that tails LOGS."""

    port: int = Field(8080, ge=0, le=65535, description="Port on IPv4 and IPv6 loopback; 0 takes a free one")
    logs: str | None = Field(
        None, description="File, directory or quoted glob to tail, or -; without it a demo log is written and tailed"
    )
    demo_dir: Path = Field(Path(".tailcast/demo"), description="Directory that the demo log is written to")
    state_dir: Path = Field(
        Path(".tailcast/state"), description="Directory for the agent's positions; other agents need another one"
    )
    viewer_dist: Path = Field(Path("viewer/dist"), description="Directory of the built page")
