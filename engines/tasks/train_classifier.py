"""Train a classifier: one that tells the class of noisy digits or points, with which sampling is guided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from engines.component import Options, option
from engines.context import Context
from engines.data.digits import digits
from engines.data.imageset import ImageSet
from engines.data.pointdata import FreshPoints, StoredPoints, data_of
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import Ring
from engines.errors import BadOption
from engines.events import Event, Said
from engines.formula import Explanation
from engines.modality import Modality
from engines.model_file import ModelSpec, Part, raw_header
from engines.networks.conv_classifier import ConvClassifierOptions
from engines.networks.mlp_classifier import MLPClassifierOptions
from engines.process.paths import PathChoice
from engines.process.prediction import X0
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.tasks.base import Cost, Task
from engines.tasks.shared_options import seed_option
from engines.tasks.training import LOSSES
from engines.training.classify import ClassifierRun, CrossEntropy, recipe_of
from engines.training.options import Named
from engines.training.plan import Schedule, TrainPlan
from engines.training.taken_up import check_steps, stored_state
from engines.worded import Worded


class Subject(Worded):
    """What is classified."""

    DIGITS = "digits"
    POINTS = "points"


NETWORKS = {Subject.DIGITS: ConvClassifierOptions, Subject.POINTS: MLPClassifierOptions}
WORK = {Subject.DIGITS: 4.6e8, Subject.POINTS: 1e6}  # as a cost has it


class ClassifierOptions(Named):
    """Everything that decides a classifier."""

    name: str = option("my-classifier", title="Name", help="What the classifier will be called.", group="Data",
                       min_length=1, max_length=60, pattern=r"^\w[\w .-]*$")
    subject: Subject = option(Subject.DIGITS, title="Subject", group="Data",
                              help="What is told apart: the bundled digits, or points of the data.")
    data: PointSetChoice = option(Ring(), title="Data", group="Data",
                                  help="Points with classes, where these are meant.")
    path: PathChoice = option(VPCosine(), title="Path", group="Process",
                              help="How data turns into noise: that of the model which is to be guided.")
    steps: int = option(2000, title="Steps", help="Updates of the network.", ge=1, le=1_000_000, group="Training")
    batch: int = option(128, title="Batch", help="Samples in each update.", ge=1, le=100_000, group="Training")
    learning_rate: float = option(1e-3, title="Learning rate", widget="log-slider", gt=0, le=1, group="Training",
                                  help="Size of the updates after the warm-up.")
    validate_every: int = option(500, title="Validate every", unit="steps", ge=0, le=1_000_000, group="Reports",
                                 advanced=True, help="Steps between two validations; the first come sooner. 0 for "
                                                     "never.")
    checkpoint_every: float = option(60.0, title="Checkpoint every", unit="s", ge=0.1, le=86_400, group="Reports",
                                     advanced=True, help="Seconds between two saves of the state; the first come "
                                                         "sooner.")
    half: bool = option(False, title="Half precision", help="Store the classifier in 16 bits: half the file.",
                        group="Reports", advanced=True)
    resume: str = option("", title="Continue", widget="training", group="Data", advanced=True,
                         help="Folder of a stored training of a classifier to continue; empty to start anew.")
    seed: int = seed_option("Decides the data order and all noise.", group="Training")

    def plan(self) -> TrainPlan:
        """The trainer's part of the options, with half a cosine of the rate after the warm-up."""
        return TrainPlan(self.steps, self.batch, self.learning_rate, min(100, self.steps // 10), Schedule.COSINE,
                         clip=1.0, weight_decay=0.01, ema=0.995, class_dropout=0.0, prediction=X0(),
                         objective=CrossEntropy(), seed=self.seed, checkpoint_every=self.checkpoint_every,
                         validate_every=self.validate_every, preview_every=0)


class TrainClassifier(Task):
    """Train a classifier; after every checkpoint its state and the classifier are in the run's folder."""

    name: ClassVar[str] = "train-classifier"
    title: ClassVar[str] = "Classifier"
    verb: ClassVar[str] = "Train"
    summary: ClassVar[str] = "Make a classifier of noisy digits or points, which guides sampling towards a class."
    workspace: ClassVar[str] = "train"
    place: ClassVar[int] = 110
    Form: ClassVar[type[Options]] = ClassifierOptions
    draws: ClassVar[bool] = False
    leaves: ClassVar[str] = "*.safetensors"
    makes: ClassVar[str] = "name"
    lasts: ClassVar[int] = 1
    figures: ClassVar[Mapping[str, str]] = {
        "step": "updates done, of `steps`",
        "accuracy": "share of classes told right of data held back, mean over the noise levels"}

    def unused(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """The points, where digits are told apart."""
        why = "It plays no part while Subject is “Digits”; choose Points to set it."
        return {"data": why} if values.get("subject") == Subject.DIGITS else {}

    def title_of(self, options: Any) -> str:
        """The name of the classifier to be."""
        return cast(ClassifierOptions, options).name

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """An update of the network for each step, which is what there is to do by far."""
        del model
        chosen = cast(ClassifierOptions, options)
        network = NETWORKS[chosen.subject]
        return Cost(chosen.batch, chosen.steps, gradients=True, of=f"training {network.name}",
                    work=WORK[chosen.subject])

    def explained(self, options: Any) -> Explanation | None:
        """The loss that the training lowers."""
        del options
        return Explanation.of(CrossEntropy(), rows=LOSSES)

    def stored(self, folder: str) -> Recipe | None:
        """The recipe in the state that a folder holds; raises BadInput where there is none."""
        text = raw_header(stored_state(folder)).get("recipe")
        return None if text is None else Recipe.from_json(text, f"The recipe in “{folder}”")

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse data without classes, and a training to continue that is gone or has all the steps already."""
        del model
        chosen = cast(ClassifierOptions, options)
        data_of_classes(chosen, files)
        if chosen.resume:
            check_steps(int(raw_header(stored_state(chosen.resume)).get("step", "0")), chosen.steps)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Train, yielding Trained, Validated with a chart of the accuracy, Saved and Measured; closing it saves.

        A run whose folder already holds its state goes on with it, and one that names another training takes that up.
        Raises BadOption for data without classes or the state of another classifier, and Diverged and OutOfMemory as
        `Train`.
        """
        chosen = cast(ClassifierOptions, options)
        data = data_of_classes(chosen, context.files)
        recipe = recipe_of(self.name, chosen.model_dump(mode="json"), context)
        run = ClassifierRun(recipe, chosen.plan(), context, data, spec_of(chosen, data), half=chosen.half,
                            resume=chosen.resume)
        yield Said(f"Training on {data.described}")
        yield from run.kept()


def data_of_classes(options: ClassifierOptions, files: Mapping[str, bytes]) -> ImageSet | FreshPoints | StoredPoints:
    """What is learnt from; raises BadOption where there are fewer than two classes."""
    data = digits() if options.subject is Subject.DIGITS else data_of(options.data, files)
    if len(data.classes) < 2:
        raise BadOption(f"“{data.title}” has no classes to tell apart; choose data of several, such as “ring”.")
    return data


def spec_of(options: ClassifierOptions, data: ImageSet | FreshPoints | StoredPoints) -> ModelSpec:
    """What the classifier will be."""
    images = isinstance(data, ImageSet)
    return ModelSpec(
        modality=Modality.IMAGE if images else Modality.POINTS, title=options.name,
        channels=data.channels if images else data.dimension, size=data.size if images else 1, classes=data.classes,
        prediction=X0(), path=options.path, network=NETWORKS[options.subject](),
        licence=data.licence, data=data.source, part=Part.CLASSIFIER)
