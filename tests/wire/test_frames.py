"""frames.json is sound: it agrees with the schemas and examples that Microsoft published, and is JSON where it says so.

The services' own tests say what they make of the frames.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

HERE = Path(__file__).parent
FRAMES: dict[str, list[dict[str, Any]]] = json.loads((HERE / "frames.json").read_text("utf-8"))
SCHEMAS = {
    "client": json.loads((HERE / "azure/webpubsub.v1.request.json").read_text("utf-8")),
    "service": json.loads((HERE / "azure/webpubsub.v1.response.json").read_text("utf-8")),
}
GOOD = [(side, frame) for side in ("client", "service") for frame in FRAMES[side]]


@pytest.mark.parametrize(("side", "frame"), GOOD, ids=[frame["name"] for _, frame in GOOD])
def test_frame_validates_exactly_where_it_says_so(side: str, frame: dict[str, Any]) -> None:
    validator = jsonschema.Draft7Validator(SCHEMAS[side])
    assert validator.is_valid(json.loads(frame["text"])) is frame["schema"]


@pytest.mark.parametrize("example", sorted(HERE.glob("azure/re[qs]*-*.json")), ids=lambda path: path.name)
def test_every_published_example_is_among_the_frames(example: Path) -> None:
    published = json.loads(example.read_text("utf-8-sig"))
    del published["$schema"]
    assert published in [json.loads(frame["text"]) for _, frame in GOOD]


def test_every_frame_names_its_origin() -> None:
    frames = [*FRAMES["client"], *FRAMES["service"], *FRAMES["refused"]]
    assert all(frame["origin"] for frame in frames)
    assert len({frame["text"] for frame in frames}) == len(frames)
