"""Make the pictures of docs/images anew: `make pictures`, or some of them with `ARGS="viewer viewer-light"`.

Each comes from the whole system with a page in Chromium; only the times in it differ from run to run.
"""

import argparse
import asyncio
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.visit import Visit
from tests.pictures.scenes import SCENES, Scene, Stage
from tests.support.all_in_one import AllInOne
from tests.support.processes import ROOT, Processes
from tests.support.tools import require

Colour = tuple[int, int, int]

IMAGES = ROOT / "docs" / "images"
COLOURS = 256
EXACT = 32
"""So many of the most frequent colours stay exactly as they are."""


async def main(names: list[str]) -> None:
    """Make the pictures with these names, or all."""
    executable = require("chromium", advice="on Debian: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        for scene in SCENES:
            if names and scene.name not in names:
                continue
            picture = smaller(await taken(scene, browser))
            (IMAGES / f"{scene.name}.png").write_bytes(picture)
            print(f"{scene.name}.png  {len(picture):,} bytes", flush=True)
        await browser.close()


async def taken(scene: Scene, browser: Browser) -> bytes:
    """Play the scene in a system of its own; return the picture of its end as PNG."""
    width, height = scene.size
    with tempfile.TemporaryDirectory(prefix="tailcast-pictures-") as name:
        output = Path(name) / "output"
        output.mkdir()
        with Processes(output) as processes:
            system = AllInOne(processes, Path(name), {"AGENT_NAME": "build-1"})
            await system.start()
            page = await browser.new_page(
                viewport={"width": width, "height": height},
                device_scale_factor=scene.scale,
                color_scheme=scene.theme,
                reduced_motion="reduce",
                timezone_id="UTC",
            )
            stage = Stage(system, Visit(page, system.url))
            await stage.visit.open()
            await stage.play()
            await scene.act(stage)
            await stage.visit.settled()
            picture = await page.screenshot(caret="hide")
            await page.close()
            return picture


def smaller(picture: bytes) -> bytes:
    """The same as PNG with a palette, which text on a plain ground does not suffer from."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    found = sorted(image.getcolors(image.width * image.height) or [], reverse=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in chosen([colour for _, colour in found]) for part in colour])
    result = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(result, "PNG", optimize=True)
    return result.getvalue()


def chosen(colours: list[Colour]) -> list[Colour]:
    """A palette of `colours`, which come by frequency: first the grounds, then always the one farthest from the others.

    So no colour changes much, however few pixels have it, as a lamp or a letter.
    """
    palette = colours[:EXACT]
    far = {colour: min(distance(colour, other) for other in palette) for colour in colours[EXACT:]}
    while far and len(palette) < COLOURS:
        farthest = max(far, key=lambda colour: far[colour])
        palette.append(farthest)
        far = {colour: min(known, distance(colour, farthest)) for colour, known in far.items() if colour != farthest}
    return palette


def distance(one: Colour, other: Colour) -> int:
    return sum((mine - others) ** 2 for mine, others in zip(one, other, strict=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.pictures", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *[scene.name for scene in SCENES]], help="all if none is named")
    asyncio.run(main(parser.parse_args().name))
