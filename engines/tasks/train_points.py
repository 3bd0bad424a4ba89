"""Train on points: make a model of a known set of the plane or a line, or of a file of points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, cast

import torch
from pydantic import BeforeValidator, SerializeAsAny

from engines.analytic import MixtureDenoiser
from engines.component import Options, chosen, option
from engines.context import Context
from engines.data.pointdata import FreshPoints, StoredPoints, data_of
from engines.data.points.approximate import approximated
from engines.data.points.base import PointSetChoice
from engines.data.points.cloud import Cloud
from engines.data.points.curve import Moons
from engines.denoiser import Denoiser
from engines.events import Event, Noted, Said
from engines.modalities.points import read_points
from engines.modality import Modality
from engines.model_file import ModelSpec, raw_header
from engines.networks.base import Network, trainable
from engines.networks.mlp import MLPOptions
from engines.priors import exact_prior
from engines.process.paths import Path as ProbabilityPath
from engines.recipe import Recipe
from engines.tasks.base import Cost, Task
from engines.training.belief import Beliefs
from engines.training.few import too_few
from engines.training.objectives.base import Known
from engines.training.options import CourseOptions
from engines.training.plan import Schedule
from engines.training.run import Run
from engines.training.taken_up import check_resume, stored_state

WORK = 21.0  # of a parameter, as a cost has it: these networks are small, and most of the time is not arithmetic

PointNetwork = Annotated[SerializeAsAny[Network],
                         BeforeValidator(partial(chosen, base=Network, kinds=partial(trainable, Modality.POINTS)))]


class TrainPointsOptions(CourseOptions):
    """Everything that decides a training on points: made for a good model within half a minute."""

    name: str = option("my-points", title="Name", help="What the model will be called.", group="Data",
                       min_length=1, max_length=60, pattern=r"^\w[\w .-]*$")
    data: PointSetChoice = option(Moons(), title="Data", group="Data",
                                  help="The set to learn; every step draws fresh points of it.")
    file: str = option("", title="File", widget="table", group="Data",
                       help="A CSV or NPY file with one or two numbers a row, to learn from in place of the set.",
                       advanced=True)
    steps: int = option(2000, title="Steps", help="Updates of the network.", ge=1, le=10_000_000, group="Training")
    batch: int = option(512, title="Batch", unit="points", help="Points in each update.", ge=1, le=100_000,
                        group="Training")
    learning_rate: float = option(3e-3, title="Learning rate", widget="log-slider", gt=0, le=1,
                                  help="Size of the updates after the warm-up.", group="Training")
    warmup: int = option(100, title="Warm-up", unit="steps", help="Steps over which the rate grows from 0.", ge=0,
                         le=100_000, group="Training", advanced=True)
    schedule: Schedule = option(Schedule.COSINE, title="Schedule", group="Training", advanced=True,
                                help="What the learning rate does after the warm-up.")
    ema: float = option(0.995, title="EMA decay", help="Memory of the averaged weights that samples use.", ge=0,
                        lt=1, group="Training", advanced=True)
    network: PointNetwork = option(MLPOptions(), title="Network", help="What learns.", group="Network", advanced=True)

    supersedes: ClassVar[Mapping[str, tuple[str, ...]]] = {"file": ("data",)}


class TrainPoints(Task):
    """Train a model of points; after every checkpoint the state and the model are in the run's folder."""

    name: ClassVar[str] = "train-points"
    title: ClassVar[str] = "Train"
    verb: ClassVar[str] = "Train"
    summary: ClassVar[str] = "Make a model of points from a known set or from your own file, in half a minute."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    shown_as: ClassVar[str] = "training"
    place: ClassVar[int] = 20
    Form: ClassVar[type[Options]] = TrainPointsOptions
    leaves: ClassVar[str] = "*.safetensors"
    makes: ClassVar[str] = "name"
    # each layer takes microseconds: a second thread is waited for longer than it helps
    threads: ClassVar[int] = 1
    figures: ClassVar[Mapping[str, str]] = {
        "step": "updates done, of `steps`", "loss": "of the last update",
        "validation_loss": "of the averaged weights on points that no update learns from"}

    def title_of(self, options: Any) -> str:
        """The name of the model to be."""
        return cast(TrainPointsOptions, options).name

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """An update of the network for each step, which is what there is to do by far."""
        del model
        chosen = cast(TrainPointsOptions, options)
        what, work = f"training {chosen.network.name} by {chosen.objective.name}", WORK * size_of(chosen)
        return Cost(chosen.batch, chosen.steps, gradients=True, of=what, work=work)

    def stored(self, folder: str) -> Recipe | None:
        """The recipe in the state that a folder holds; raises BadInput where there is none."""
        text = raw_header(stored_state(folder)).get("recipe")
        return None if text is None else Recipe.from_json(text, f"The recipe in “{folder}”")

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """A training to continue that is gone, has all the steps already, or learnt something else."""
        del files, model
        check_resume(cast(TrainPointsOptions, options))

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """What it means to go on with another objective."""
        del model
        return check_resume(cast(TrainPointsOptions, options))

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Train, yielding Trained, Validated, Previewed and Saved; closing it saves and keeps what is done.

        A run whose folder already holds a state continues it, with the losses it would have had.
        Raises BadPoints before it starts for a file that cannot be used, Diverged and OutOfMemory as `Train`.
        """
        chosen = cast(TrainPointsOptions, options)
        check_resume(chosen, context.folder)
        data, note = file_data(chosen.file) if chosen.file else (data_of(chosen.data, context.files), "")
        few = too_few(len(data.train), chosen.batch, "point") if isinstance(data, StoredPoints) else ""
        for sentence in filter(None, (note, few)):
            yield Noted(sentence)
        spec = spec_of(chosen, data)
        run = Run(self.name, chosen, context, data, spec, known_of(data, chosen.path), beliefs(chosen, data, spec))
        yield Said(f"Training on {data.described}")
        yield from run.kept()


def size_of(options: TrainPointsOptions) -> int:
    """Parameters of the network, but for what depends on the number of classes."""
    with torch.device("meta"):  # no weights are drawn, or those of a training that runs would be others
        network = options.network.build((options.data.dimension,), 0, options.objective.outputs)
    return sum(p.numel() for p in network.parameters())


def file_data(file: str) -> tuple[StoredPoints, str]:
    """The points of a file, and a remark on them or ""; raises BadPoints for what is no table of points."""
    found, name = read_points(Path(file).expanduser()), Path(file).name
    return StoredPoints.of(name, Cloud.of(found.values, name).points), found.note


def known_of(data: FreshPoints | StoredPoints, path: ProbabilityPath) -> Known:
    """What an objective may know beside the points: of a set with an oracle the exact denoiser."""
    oracle = data.points.oracle() if isinstance(data, FreshPoints) else None
    return Known(exact=None if oracle is None else MixtureDenoiser(oracle, path))


def beliefs(options: TrainPointsOptions, data: FreshPoints | StoredPoints, spec: ModelSpec) -> Beliefs | None:
    """What asks the network at previews; None where there are none."""
    if not options.preview_every:
        return None
    return Beliefs(data, spec, truth_of(data, spec.path) if options.objective.estimates else None)


def truth_of(data: FreshPoints | StoredPoints, path: ProbabilityPath) -> Denoiser:
    """The denoiser of the data, or that of a mixture close to them."""
    if isinstance(data, FreshPoints):
        return exact_prior(data.points, path).denoiser
    return MixtureDenoiser(approximated(data.points), path)


def spec_of(options: TrainPointsOptions, data: FreshPoints | StoredPoints) -> ModelSpec:
    """What the model will be."""
    return ModelSpec(modality=Modality.POINTS, title=options.name, channels=data.dimension, classes=data.classes,
                     prediction=options.prediction, path=options.path, network=options.network,
                     outputs=options.objective.outputs, licence=data.licence, data=data.source)
