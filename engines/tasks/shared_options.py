"""Options that many tasks have, each worded and bounded once: `seed: int = seed_option("Decides the noise.")`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, ValidationInfo

from engines.component import option
from engines.guidance.cfg import SCALE
from engines.guidance.classifier import STRENGTH
from engines.guidance.interval import HIGH, LOW
from engines.guidance.rescale import SHARE
from engines.labels import FREE
from engines.process.times import TimeGrid, Uniform

LARGEST_SEED = 2**31 - 1
DIGITS, PHOTOS = "digits", "photos"  # the bundled models of images; the second takes pictures of any size
GUIDANCE = "Guidance"  # the heading of what guidance has beside its scale
FOLLOWED = "How strongly the class is followed, when one is chosen: 1 is the plain model, more is stricter"
COUNTED = "It is γ in ε_u + γ(ε_c − ε_u), and 1 + w where that is written (1 + w)ε_c − w·ε_u."


def model_option(default: str = DIGITS) -> Any:
    """The model that is sampled."""
    return option(default, title="Model", widget="model",
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


def guidance_option(default: float, help: str = f"{FOLLOWED}. {COUNTED}", *, advanced: bool = False) -> Any:
    """The scale of classifier-free guidance, 1 being the plain model."""
    return option(default, title="Guidance", symbol=SCALE.latex, ge=0, le=20, widget="slider", group="Samples",
                  advanced=advanced, help=help)


def guided_from_option(default: float = 0.0) -> Any:
    """The time at or below which nothing is guided."""
    return option(default, title="Guided from", symbol=LOW.latex, ge=0, lt=1, widget="slider", group=GUIDANCE,
                  advanced=True, help="Guidance acts only at times above this: 0 guides to the end, and more leaves "
                                      "the last, fine steps to the plain model.")


def guided_until_option(default: float = 1.0) -> Any:
    """The time above which nothing is guided."""
    return option(default, title="Guided until", symbol=HIGH.latex, gt=0, le=1, widget="slider", group=GUIDANCE,
                  advanced=True, help="Guidance acts only at times up to this: 1 guides from the start, and less "
                                      "leaves the first steps, which decide what is where, to the plain model.")


def rescale_option(default: float = 0.0) -> Any:
    """How far a guided estimate is brought back to the spread of the plain one."""
    return option(default, title="Rescale", symbol=SHARE.latex, ge=0, le=1, widget="slider", group=GUIDANCE,
                  advanced=True, help="How far each guided estimate is brought back to the contrast of the plain one: "
                                      "0 not at all, 1 all the way, and 0.7 is usual with much guidance.")


def classifier_option(help: str = "") -> Any:
    """The classifier that pulls towards the class; help: what it may be beside one of train-classifier."""
    return option("", title="Classifier", group=GUIDANCE, advanced=True, max_length=4096, widget="classifier",
                  help=f"Name or file of a classifier made by train-classifier{help}, which pulls towards the class "
                       "beside Guidance, of which 0 leaves the model itself without one; empty for none.")


def classifier_scale_option(default: float = 1.0, told: str = "") -> Any:
    """How strongly the classifier pulls; told: at the end of the help."""
    return option(default, title="Classifier scale", symbol=STRENGTH.latex, ge=0, le=50, widget="slider",
                  group=GUIDANCE, advanced=True, help="How strongly the classifier pulls: on a model without a class, "
                                                      "1 follows the class as it is, and more is stricter." + told)


def _after(until: float, info: ValidationInfo) -> float:
    begin = info.data.get("guided_from")
    if begin is not None and until <= begin:
        raise ValueError(f"choose more than guided-from, which is {begin:g}")
    return until


Until = Annotated[float, AfterValidator(_after)]
