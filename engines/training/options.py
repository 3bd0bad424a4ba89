"""Options of a training: one model behind the form, the command line and the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, SerializeAsAny, field_validator, model_validator

from engines.component import Options, chosen, option
from engines.data.folder import Colour
from engines.data.square import Fit
from engines.data.survey import DIGITS
from engines.file_names import portable
from engines.modality import Modality
from engines.networks.base import Network, trainable
from engines.networks.unet import UNetOptions
from engines.process.paths import PathChoice
from engines.process.prediction import PredictionChoice, V
from engines.process.vp_cosine import VPCosine
from engines.training.objectives.base import ObjectiveChoice
from engines.training.objectives.simple import Simple
from engines.training.plan import Schedule, TrainPlan


class Named(Options):
    """What the model will be called."""

    name: str = option("my-model", title="Name", help="What the model will be called.", group="Data",
                       min_length=1, max_length=60, pattern=r"^\w[\w .-]*$")

    @field_validator("name")
    @classmethod
    def _not_the_state(cls, name: str) -> str:
        # the model and the state of the training lie side by side in the run's folder
        if name.lower() == "training":
            raise ValueError("the state of a training has that name; choose another")
        if portable(name) != name:
            raise ValueError(f"not every system takes it as a file’s name; choose another, such as “{portable(name)}”")
        return name


class ImageData(Options):
    """Which images, and what they become."""

    data: str = option(DIGITS, title="Data", widget="folder", group="Data",
                       help="The bundled “digits”, or a folder of images; its sub-folders become classes.")
    size: int = option(28, title="Size", unit="px", help="Side of the squares that images become.", ge=8, le=512,
                       group="Data")
    fit: Fit = option(Fit.CROP, title="Fit", group="Data",
                      help="How a picture that is not square becomes one: crop its edges, pad it, or stretch it. Cut "
                           "learns from squares of the picture at full size, others at every step.")
    colour: Colour = option(Colour.AUTO, title="Colour", help="Grey or colour; auto looks at the data.", group="Data",
                           advanced=True)


class Optimisation(Options):
    """Process, steps and the size of each."""

    steps: int = option(4000, title="Steps", help="Updates of the network.", ge=1, le=10_000_000, group="Training")
    batch: int = option(64, title="Batch", unit="images", help="Images in each update.", ge=1, le=4096,
                        group="Training")
    learning_rate: float = option(1e-3, title="Learning rate", widget="log-slider", gt=0, le=1,
                                  help="Size of the updates after the warm-up.", group="Training")
    warmup: int = option(200, title="Warm-up", unit="steps", help="Steps over which the rate grows from 0.", ge=0,
                         le=100_000, group="Training", advanced=True)
    schedule: Schedule = option(Schedule.CONSTANT, title="Schedule", group="Training", advanced=True,
                                help="What the learning rate does after the warm-up.")
    # v by default: for data of unit variance its target has unit variance at every noise level
    prediction: PredictionChoice = option(V(), title="Prediction", help="What the network learns to output.",
                                          group="Process")
    objective: ObjectiveChoice = option(Simple(), title="Objective", help="The loss that the network minimises.",
                                        group="Process")
    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.", group="Process",
                              advanced=True)
    # Ho & Salimans 2022 found 0.1 and 0.2 about equally good
    class_dropout: float = option(0.15, title="Class dropout", ge=0, le=1, widget="slider", group="Training",
                                  advanced=True, help="Share of labels hidden, so that guidance works.")
    ema: float = option(0.999, title="EMA decay", help="Memory of the averaged weights that samples use.", ge=0,
                        lt=1, group="Training", advanced=True)
    clip: float = option(1.0, title="Clip", help="Largest norm of a gradient.", gt=0, le=1e6, group="Training",
                         advanced=True)
    weight_decay: float = option(0.0, title="Weight decay", help="Pull of the weights towards 0.", ge=0, le=1,
                                 group="Training", advanced=True)


class Augmentation(Options):
    """What becomes of an image each time it is learnt from."""

    mirror: bool = option(False, title="Mirror", help="Mirror half of the images left to right.", group="Augmentation",
                          advanced=True)
    shift: int = option(0, title="Shift", unit="px", help="Move images by up to so many pixels.", ge=0, le=64,
                        group="Augmentation", advanced=True)


class Reports(Options):
    """Chance, and what a training tells and leaves."""

    seed: int = option(0, title="Seed", help="Decides the data order and all noise.", ge=0, le=2**31 - 1,
                       widget="seed", group="Training")
    checkpoint_every: float = option(60.0, title="Checkpoint every", unit="s", ge=0.1, le=86_400, group="Reports",
                                     help="Seconds between two saves of the state; the first come sooner.",
                                     advanced=True)
    validate_every: int = option(500, title="Validate every", unit="steps", ge=0, le=1_000_000, group="Reports",
                                 help="Steps between two validations; the first come sooner. 0 for never.",
                                 advanced=True)
    preview_every: int = option(500, title="Preview every", unit="steps", ge=0, le=1_000_000, group="Reports",
                                help="Steps between two sheets of samples; the first come sooner. 0 for never.",
                                advanced=True)
    half: bool = option(False, title="Half precision", help="Store the model in 16 bits: half the file.",
                        group="Reports", advanced=True)
    resume: str = option("", title="Continue", widget="training", group="Data", advanced=True,
                         help="Folder of a stored run to continue; empty to start anew.")


class CourseOptions(Reports, Optimisation, Named):
    """What every training asks for; a form shows the last base's options first."""

    def plan(self) -> TrainPlan:
        """The trainer's part of the options."""
        known = type(self).model_fields
        return TrainPlan(**{name: getattr(self, name) for name in TrainPlan.__dataclass_fields__ if name in known})


ImageNetwork = Annotated[SerializeAsAny[Network],
                         BeforeValidator(partial(chosen, base=Network, kinds=partial(trainable, Modality.IMAGE)))]


class NetworkOption(Options):
    """What learns."""

    network: ImageNetwork = option(UNetOptions(), title="Network", group="Network", advanced=True,
                                   help="What learns: the U-Net for images of one size, or DRUNet for photographs, "
                                        "which restores images of any size.")

    @classmethod
    def current(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The options of the network, which used to stand beside all others, as those of a U-Net."""
        size = {name: value for name, value in values.items() if name in UNetOptions.model_fields}
        if not size:
            return dict(values)
        return {**{name: value for name, value in values.items() if name not in size},
                "network": {"name": UNetOptions.name, **size}}

    @model_validator(mode="before")
    @classmethod
    def _as_before(cls, values: Any) -> Any:
        return cls.current(cast("dict[str, Any]", values)) if isinstance(values, dict) else values


class TrainOptions(NetworkOption, CourseOptions, Reports, Augmentation, Optimisation, ImageData, Named):
    """Everything that decides a training on images."""
