"""Claims on whole tasks with the bundled model: repeats, resuming, batches, known pixels, the faster network."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from engines.checkpoint import load_model
from engines.checks.claim import Statement, stated
from engines.checks.measures import gap
from engines.component import Options
from engines.context import Context, Start
from engines.denoiser import NetworkDenoiser
from engines.device import device
from engines.events import Sampled, Stepped
from engines.inference.split import SplitNetwork
from engines.modalities.image import mask_png, png_bytes, read_image, to_uint8
from engines.model_list import BUNDLED
from engines.networks.unet import UNet
from engines.recipe import Recipe
from engines.recipe_png import recipe_of, recipe_png
from engines.tasks.base import options_of, task

Array = np.ndarray[Any, np.dtype[Any]]
STEPS, AT = 6, 3  # few steps are enough: what is compared is equal to the bit or it is not
SETTINGS: dict[str, Any] = {"model": "digits", "steps": STEPS, "count": 4, "seed": 3,
                            "sampler": {"name": "ddim", "eta": 0.5}}


def claims() -> Iterator[Statement]:
    """Every claim here, one after the other; some seconds on one core."""
    whole = cache(lambda: ran(Recipe("generate", SETTINGS)))
    yield stated("the recipe in an exported PNG repeats the run to the bit", "identity",
                 lambda: repeat_gap(whole()), 0, 0)
    yield stated(f"a run resumed at step {AT} of {STEPS} ends in the same samples to the bit", "identity",
                 lambda: resume_gap(whole()), 0, 0)
    yield from batch_claims(whole)
    yield stated("known pixels of an inpainted picture that changed", "identity", changed_pixels, 0, 0)
    yield stated("the faster network agrees with the plain one", "network", faster_gap, 0, 1e-4)


def ran(recipe: Recipe) -> Sampled:
    """The result of a recipe, computed layer by layer on the CPU."""
    return [event for event in events(recipe) if isinstance(event, Sampled)][-1]


def events(recipe: Recipe) -> Iterator[Any]:
    """All events of a recipe, run in a folder of its own."""
    options: Options = options_of(recipe)
    with tempfile.TemporaryDirectory() as folder:
        context = Context(device("cpu"), Path(folder), (), recipe.files, recipe.start)
        yield from task(recipe.task).run(options, context)


def repeat_gap(whole: Sampled) -> float:
    """What the recipe inside an exported PNG gives, against the samples that it is of; NaN where it has none."""
    picture = recipe_png(to_uint8(whole.samples[0]), Recipe("generate", SETTINGS))
    recipe = recipe_of(picture)
    again = ran(recipe) if recipe is not None else None
    return math.nan if again is None else largest(again.samples - whole.samples)


def resume_gap(whole: Sampled) -> float:
    """Where a run from a recorded step ends, against where the whole run does."""
    recipe = Recipe("generate", SETTINGS)
    step = next(e.step for e in events(recipe) if isinstance(e, Stepped) and e.step.index == AT)
    rest = ran(replace(recipe, start=Start(AT, step.x.numpy())))
    return largest(rest.samples - whole.samples)


def batch_claims(whole: Callable[[], Sampled]) -> Iterator[Statement]:
    """Sample k of a seed does not depend on how many are made with it."""
    for count in (1, 16):
        yield stated(f"samples made {count} at a time are those made 4 at a time", "identity",
                     partial(batch_gap, whole, count), 0, 1e-4)


def batch_gap(whole: Callable[[], Sampled], count: int) -> float:
    """Largest difference of the samples that a batch of `count` shares with the whole one."""
    other, four = ran(Recipe("generate", {**SETTINGS, "count": count})).samples, whole().samples
    shared = min(count, len(four))
    return largest(other[:shared] - four[:shared])


def changed_pixels() -> float:
    """How many of the user's pixels outside the mask an inpainted picture has lost."""
    picture = np.random.default_rng(0).integers(0, 256, (40, 36, 3), dtype=np.uint8)
    mask = np.zeros((40, 36), np.float32)
    # off the centre of a picture that is not square, so that crop, scaling and pasting all take part
    mask[12:24, 10:22] = 1
    files = {"image.png": png_bytes(picture), "mask.png": mask_png(mask)}
    method = {"name": "repaint", "jump": 2, "resample": 2}
    recipe = Recipe("inpaint", {"model": "digits", "steps": STEPS, "count": 2, "method": method}, files)
    results = [read_image(png_bytes(filled), 3) for filled in ran(recipe).pictures]
    return float(sum(int((result != picture)[mask == 0].sum()) for result in results))


@torch.no_grad()
def faster_gap() -> float:
    """The network split over threads, with its doublings folded, against the plain one."""
    model = load_model(BUNDLED / "digits.safetensors", device("cpu"))
    spec, generator = model.spec, torch.Generator().manual_seed(0)
    x = torch.randn(5, *spec.shape, generator=generator)
    cond, t = torch.tensor([0, 3, -1, 9, 5]), torch.tensor(0.7, dtype=torch.float64)
    with closing(SplitNetwork(cast(UNet, model.network), 2)) as network:
        fast = NetworkDenoiser(network, model.path, spec.prediction)(x, t, cond)
    return gap(fast, model.denoiser(x, t, cond))


def largest(apart: Array) -> float:
    """The largest number of a difference, by its size."""
    return float(np.abs(apart).max())
