"""Training a classifier of noisy data: the loss, what it gets right by noise level, and the run in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.chart import Axis, Chart, Series
from engines.checkpoint import build_network, save_model
from engines.context import Context
from engines.data.source import Source
from engines.errors import BadOption
from engines.events import Charted, Continued, Event, Measured, Saved, Trained, Validated
from engines.formula import Letter, Term
from engines.guidance.classifier import CLASS, as_seen
from engines.model_file import ModelSpec, raw_header
from engines.process.paths import Path as ProbabilityPath
from engines.recipe import Recipe, backend
from engines.training.draws import Draws, generator
from engines.training.objective import seeded, to_device
from engines.training.objectives.base import Objective, Setting
from engines.training.pace import SavePace
from engines.training.plan import TrainPlan
from engines.training.portions import PORTIONS
from engines.training.run import on_device
from engines.training.state import FILE_NAME, load_state, new_state, save_state
from engines.training.taken_up import check_steps, stored_state
from engines.training.trainer import Trainer
from engines.training.validation import LEVELS, level_times

AT_ONCE = 256  # samples in the network beside those that are learnt from


class CrossEntropy(Objective):
    """−log p(c | x_t) of the true class c, at a random time: the classifier that minimises it is the exact one.

    No denoiser can be trained so, and it stands in no list of objectives.
    """

    title: ClassVar[str] = "Cross-entropy"
    summary: ClassVar[str] = "How unlikely the true class is by the noisy state."
    formula: ClassVar[tuple[str, ...]] = (r"\term{prior}{-\log p(c|x_t)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Loss of a batch"),)
    letters: ClassVar[tuple[Letter, ...]] = (CLASS,)
    source: ClassVar[str] = "Dhariwal & Nichol 2021, arXiv 2105.05233, section 4"

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """−log p of each sample's own label (B,), in nats."""
        path, t = setting.path, draws.t
        seen = as_seen(path, path.diffuse(x0, draws.eps, t), t)
        return F.cross_entropy(network(seen, t.float(), None).to(x0.dtype), labels, reduction="none")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The share of the classes that is told right: levels, log-SNR bin centres (LEVELS,), and the share in each."""

    levels: np.ndarray
    by_level: np.ndarray


@torch.no_grad()
def accuracy(network: nn.Module, path: ProbabilityPath, x0: Tensor, labels: Tensor) -> Accuracy:
    """What a network tells right of samples x0 (N, …) of labels (N,), N ≥ LEVELS, by how noisy they are.

    The noise is the same every time, so that numbers can be compared.
    """
    levels, t = level_times(path, len(x0))
    eps = torch.randn(x0.shape, generator=generator(0, 0, "validation"))
    x = as_seen(path, path.diffuse(x0, eps, t), t)
    device = next(network.parameters()).device
    parts = [slice(first, first + AT_ONCE) for first in range(0, len(x), AT_ONCE)]
    told = torch.cat([network(x[part].to(device), t[part].float().to(device), None).argmax(1).cpu()
                      for part in parts])
    right, bins = (told == labels).double().numpy(), np.arange(len(x)) % LEVELS
    return Accuracy(levels, np.array([right[bins == level].mean() for level in range(LEVELS)]))


class ClassifierRun:
    """The training of a classifier in a folder; a state that is there already is continued.

    Args:
        recipe: of the task, which goes into both files.
        plan: every number of the training.
        context: device and folder.
        data: what is learnt from, all of it with classes.
        spec: of the classifier.
        half: whether the classifier is stored in 16 bits.
        resume: folder of another training of the same kind of classifier, which is taken up where the own folder has no
            state yet; "" for none.

    Raises BadOption when a state is that of another classifier, or has all the steps already; BadInput when the folder
    to resume from has none.
    """

    def __init__(self, recipe: Recipe, plan: TrainPlan, context: Context, data: Source, spec: ModelSpec, *,
                 half: bool = False, resume: str = "") -> None:
        self.recipe, self.context, self.data, self.spec, self.half = recipe, context, data, spec, half
        with seeded(plan.seed, context.device):
            network = on_device(build_network(spec), context.device)
        self.state = new_state(network, plan.learning_rate, plan.weight_decay)
        self._before = self._taken_up(resume, plan.steps)
        self.trainer = Trainer(self.state, plan, spec.path, data, context.device, portions=PORTIONS[spec.modality])
        self.pace, self._saved_step = SavePace(plan.checkpoint_every), self.state.step

    def _taken_up(self, resume: str, steps: int) -> Path | None:
        """Fill the state from the own folder, or from the training to resume: the folder of that one, None for none."""
        own = self.context.folder / FILE_NAME
        if not own.exists() and not resume:
            return None
        file = own if own.exists() else stored_state(resume)
        before = raw_header(file).get("spec", "")
        if not before or unnamed(ModelSpec.model_validate_json(before)) != unnamed(self.spec):
            raise BadOption(f"“{file}” is the state of another training; choose an empty folder.")
        load_state(file, self.state)
        if file == own:
            return None
        check_steps(self.state.step, steps)
        self.state.began = self.state.step
        return file.parent

    def _continued(self, folder: Path) -> Continued:
        """What the training that is taken up learnt on the way."""
        levels, _ = level_times(self.spec.path, LEVELS)
        rows = np.array(self.state.validations, dtype=np.float64).reshape(-1, 2 + LEVELS)
        return Continued(folder, self.state.step, np.array(self.state.losses), rows, levels)

    def kept(self) -> Iterator[Event]:
        """Train to the end and save, also what is done when that is left early."""
        self.context.reins.save = self.keep
        if self._before is not None:
            yield self._continued(self._before)
        try:
            for event in self.trainer.run():
                yield event
                if isinstance(event, Validated):
                    yield Charted(self._chart())
                if isinstance(event, Trained) and self.pace.due():
                    yield from self._told(self.save())
        except GeneratorExit:  # closing is how a user stops; a generator that is closed may not yield
            self.keep()
            raise
        yield from self._told(self.save())
        yield Measured({"step": self.state.step, "accuracy": float(self._accuracy().by_level.mean())})

    def keep(self) -> None:
        """Write what was learnt since the files were written."""
        if self.state.step > self._saved_step and not self.trainer.torn:
            self.save()

    def save(self) -> tuple[Path, Path]:
        """Write the state and the classifier atomically; returns their files."""
        began = self.pace.now()
        notes = {"recipe": self.recipe.to_json(), "step": str(self.state.step)}
        state = self.context.folder / FILE_NAME
        model = self.context.folder / f"{self.spec.title}.safetensors"
        save_state(state, self.state, {**notes, "spec": self.spec.model_dump_json()})
        save_model(model, self.state.average, self.spec, half=self.half, extra=notes)
        self.pace.saved(began)
        self._saved_step = self.state.step
        return state, model

    def _told(self, files: tuple[Path, Path]) -> Iterator[Event]:
        yield Saved("checkpoint", files[0])
        yield Saved("model", files[1])

    def _accuracy(self) -> Accuracy:
        x0, labels = self.data.held_back(PORTIONS[self.spec.modality].validation)
        return accuracy(self.state.average.eval(), self.spec.path, to_device(x0, self.context.device).cpu(), labels)

    def _chart(self) -> Chart:
        found = self._accuracy()
        chance = 1 / len(self.spec.classes)
        return Chart("Accuracy by noise level", Axis("log-SNR"), Axis("Share of classes told right"), (
            Series.of("Held back", found.levels, found.by_level),
            Series.of("Chance", found.levels, [chance] * len(found.levels))))


def unnamed(spec: ModelSpec) -> ModelSpec:
    """What a classifier is, whatever it is called: one that takes another up may have a name of its own."""
    return spec.model_copy(update={"title": ""})


def recipe_of(task: str, options: dict[str, object], context: Context) -> Recipe:
    """The recipe of a run on this device."""
    return Recipe(task, options, backend=backend(context.device.kind))
