"""Options that many tasks have, each worded and bounded once: `seed: int = seed_option("Decides the noise.")`."""

from __future__ import annotations

from typing import Any

from engines.component import option
from engines.guidance.cfg import SCALE
from engines.labels import FREE
from engines.process.times import TimeGrid, Uniform

LARGEST_SEED = 2**31 - 1
FOLLOWED = "How strongly the class is followed, when one is chosen: 1 is the plain model, more is stricter"


def model_option() -> Any:
    """The model that is sampled."""
    return option("digits", title="Model", widget="model",
                  help="Its name, “run/name” where several share one, its file, or the folder it lies in.")


def seed_option(help: str, *, group: str = "Samples") -> Any:
    """Where chance begins; help: what it decides."""
    return option(7, title="Seed", ge=0, le=LARGEST_SEED, widget="seed", group=group, help=help)


def spacing_option(grid: TimeGrid | None = None, *, group: str = "Sampler", advanced: bool = True) -> Any:
    """The time grid of a run, equal steps of time without a grid."""
    return option(grid or Uniform(), title="Spacing", help="How the steps are spread over time.", group=group,
                  advanced=advanced)


def label_option(help: str = "“free” for none, “each” class in turn, or class names separated by commas.", *,
                 default: str = FREE, title: str = "Class", advanced: bool = False) -> Any:
    """Which classes are sampled."""
    return option(default, title=title, widget="class", group="Samples", advanced=advanced, help=help)


def guidance_option(default: float, help: str = f"{FOLLOWED}.", *, advanced: bool = False) -> Any:
    """The scale of classifier-free guidance, 1 being the plain model."""
    return option(default, title="Guidance", symbol=SCALE.latex, ge=0, le=20, widget="slider", group="Samples",
                  advanced=advanced, help=help)
