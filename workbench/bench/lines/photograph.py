"""A photograph with half of its pixels lost, restored from the command to the end: seconds, memory, and a preview."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from engines.errors import WorkbenchError
from engines.shown import CANVAS
from workbench.bench.line import Comparison, Line, Settings, missing

if TYPE_CHECKING:
    import numpy as np

    from engines.events import Event

SIDE, SHARE = 512, 50.0  # px of a side, and percent of the pixels that are kept
LIMIT, PREVIEW, MEMORY = 60.0, 5.0, 3 * 1024.0  # s, s and MiB
MIB, SECONDS = "MiB", "s"
DONE, FIRST, PEAK = "photograph of 512×512 px restored", "first preview of it", "peak memory of that"
UNTOLD = "this system does not tell the most that a process held"
SEED = 7


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds to the first estimate that is shown and to the end, memory of the process at its most in MiB (NaN
    where the system does not tell), and the PSNR of the result in dB."""

    first: float
    end: float
    peak: float
    psnr: float


class Photograph(Line):
    """What Restore takes by its defaults for a photograph at its own size."""

    name: ClassVar[str] = "photograph"
    about: ClassVar[str] = "A photograph of 512×512 px restored whose pixels are half lost"

    def measure(self, settings: Settings) -> list[Comparison]:
        """Three figures beside their limits; with a note alone where there is no model."""
        from engines.tasks.shared_options import PHOTOS
        from engines.threads import use_threads

        use_threads(settings.threads)
        try:
            return figures(took(settings.model or PHOTOS), settings)
        except WorkbenchError as error:
            return [missing(DONE, 1.0, SECONDS, str(error))]


def figures(found: Took, settings: Settings) -> list[Comparison]:
    """What it took beside what is allowed."""
    note = f"by the defaults of Restore, {settings.threads} threads; PSNR {found.psnr:.2f} dB"
    held = Comparison(PEAK, found.peak, MEMORY, 1.0, MIB, "the most that this process, which did nothing else, held")
    return [Comparison(DONE, found.end, LIMIT, 1.0, SECONDS, note),
            Comparison(FIRST, found.first, PREVIEW, 1.0, SECONDS),
            held if math.isfinite(found.peak) else missing(PEAK, 1.0, MIB, UNTOLD)]


def took(model: str, side: int = SIDE) -> Took:
    """Restore a drawn scene of so many px, with the model loaded within the time; raises WorkbenchError."""
    from engines.benchmarks.scene import scene
    from engines.events import Measured, Stepped
    from workbench.bridge import peak_memory

    began, first, psnr = time.perf_counter(), 0.0, 0.0
    for event in run(model, scene(side)):
        if isinstance(event, Stepped) and not first:
            first = time.perf_counter() - began
        if isinstance(event, Measured):
            psnr = event.values["psnr_mean"]
    return Took(first, time.perf_counter() - began, peak_memory() / 2**20, psnr)


def run(model: str, pixels: np.ndarray) -> Iterator[Event]:
    """The events of Restore by its defaults, of a picture (H, W, 3) uint8 that loses pixels; raises WorkbenchError."""
    from engines.context import Context
    from engines.device import device
    from engines.modalities.image import png_bytes
    from engines.model_list import BUNDLED
    from engines.recipe import Recipe
    from engines.tasks.base import options_of, task

    chosen = {"model": model, "degradation": {"name": "random-pixels", "share": SHARE}, "seed": SEED}
    options = options_of(Recipe("restore", chosen))
    with tempfile.TemporaryDirectory() as name:
        around = Context(device("cpu"), Path(name), (BUNDLED,), {CANVAS: png_bytes(pixels)}, None)
        yield from task("restore").run(options, around)
