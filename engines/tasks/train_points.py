"""Train on points: make a model of a known set of the plane or a line, or of a file of points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, cast

import torch
from pydantic import BeforeValidator, SerializeAsAny

from engines.analytic import MixtureDenoiser
from engines.component import Options, chosen, inherited, option
from engines.context import Context
from engines.data.pointdata import FreshPoints, StoredPoints, data_of
from engines.data.points.approximate import approximated
from engines.data.points.source import SourceOptions
from engines.denoiser import Denoiser
from engines.events import Event, Noted, Said
from engines.learnt import Learnt
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.networks.base import Network, trainable
from engines.networks.mlp import MLPOptions
from engines.priors import exact_prior
from engines.process.paths import Path as ProbabilityPath
from engines.tasks.base import Cost
from engines.tasks.training import TrainingTask
from engines.training.belief import Beliefs
from engines.training.few import too_few
from engines.training.objectives.base import Known
from engines.training.options import CourseOptions
from engines.training.plan import Schedule
from engines.training.run import Run
from engines.training.taken_up import check_resume

WORK = 21.0  # of a parameter, as a cost has it: these networks are small, and most of the time is not arithmetic

PointNetwork = Annotated[SerializeAsAny[Network],
                         BeforeValidator(partial(chosen, base=Network, kinds=partial(trainable, Modality.POINTS)))]


class TrainPointsOptions(CourseOptions, SourceOptions):
    """Everything that decides a training on points: made for a good model within about a minute."""

    name: str = inherited(CourseOptions, "name", "my-points")
    steps: int = inherited(CourseOptions, "steps", 4000)
    batch: int = option(512, title="Batch", unit="points", help="Points in each update.", ge=1, le=100_000,
                        group="Training")
    learning_rate: float = inherited(CourseOptions, "learning_rate", 3e-3)
    warmup: int = inherited(CourseOptions, "warmup", 100)
    schedule: Schedule = inherited(CourseOptions, "schedule", Schedule.COSINE)
    ema: float = inherited(CourseOptions, "ema", 0.995)
    network: PointNetwork = option(MLPOptions(), title="Network", help="What learns.", group="Network", advanced=True)


class TrainPoints(TrainingTask):
    """Train a model of points; after every checkpoint the state and the model are in the run's folder."""

    name: ClassVar[str] = "train-points"
    title: ClassVar[str] = "Train"
    verb: ClassVar[str] = "Train"
    summary: ClassVar[str] = "Make a model of points from a known set or from your own file, in about a minute."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    shown_as: ClassVar[str] = "training"
    place: ClassVar[int] = 20
    Form: ClassVar[type[Options]] = TrainPointsOptions
    # each layer takes microseconds: a second thread is waited for longer than it helps
    threads: ClassVar[int] = 1
    lasts: ClassVar[int] = 1  # half a minute, or some
    figures: ClassVar[Mapping[str, str]] = {
        "step": "updates done, of `steps`", "loss": "of the last update",
        "validation_loss": "of the averaged weights on points that no update learns from"}

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """An update of the network for each step, which is what there is to do by far."""
        del model
        chosen = cast(TrainPointsOptions, options)
        what, work = f"training {chosen.network.name} by {chosen.objective.name}", WORK * size_of(chosen)
        return Cost(chosen.batch, chosen.steps, gradients=True, of=what, work=work)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Train, yielding Trained, Validated, Previewed and Saved; closing it saves and keeps what is done.

        A run whose folder already holds a state continues it, with the losses it would have had.
        Raises BadPoints before it starts for a file that cannot be used, Diverged and OutOfMemory as `Train`.
        """
        chosen = cast(TrainPointsOptions, options)
        check_resume(chosen, context.folder)
        data, note = data_to_learn(chosen, context.files)
        few = (too_few(len(data.train), chosen.batch, "point", len(data.validation))
               if isinstance(data, StoredPoints) else "")
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


def data_to_learn(options: SourceOptions, files: Mapping[str, bytes]) -> tuple[FreshPoints | StoredPoints, str]:
    """What a training learns from, and a remark on it or ""; raises BadPoints for what is no table of points."""
    table = options.table()
    if table is None:
        return data_of(options.data, files), ""
    return StoredPoints.of(options.source, table.cloud.points, table.cloud.units), table.note


def known_of(data: FreshPoints | StoredPoints, path: ProbabilityPath) -> Known:
    """What an objective may know beside the points: of a set with an oracle the exact denoiser."""
    oracle = data.points.oracle() if isinstance(data, FreshPoints) else None
    return Known(exact=None if oracle is None else MixtureDenoiser(oracle, path))


def beliefs(options: TrainPointsOptions, data: FreshPoints | StoredPoints, spec: ModelSpec) -> Beliefs | None:
    """What asks the network at previews; None where there are none."""
    if not options.preview_every:
        return None
    return Beliefs(data, spec, truth_of(data, spec.path) if options.objective.learnt is Learnt.MEAN else None)


def truth_of(data: FreshPoints | StoredPoints, path: ProbabilityPath) -> Denoiser:
    """The denoiser of the data, or that of a mixture close to them."""
    if isinstance(data, FreshPoints):
        return exact_prior(data.points, path).denoiser
    return MixtureDenoiser(approximated(data.points), path)


def spec_of(options: TrainPointsOptions, data: FreshPoints | StoredPoints) -> ModelSpec:
    """What the model will be."""
    return ModelSpec(modality=Modality.POINTS, title=options.name, channels=data.dimension, classes=data.classes,
                     prediction=options.prediction, path=options.path, network=options.network,
                     outputs=options.objective.outputs, licence=data.licence, data=data.source, units=data.units,
                     learnt=options.objective.learnt)
