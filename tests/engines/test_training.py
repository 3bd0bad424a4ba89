"""Training: exact resume, pure draws, EMA, targets, NaN guard, memory, events and files of the task."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engines.checkpoint import load_model
from engines.component import validated
from engines.context import Context, Reins
from engines.data.imageset import ImageSet
from engines.device import device
from engines.errors import BadCheckpoint, BadInput, BadOption
from engines.events import Continued, Event, Noted, Previewed, Said, Saved, Trained, Validated
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.tasks.base import options_of, task
from engines.training import run as run_module
from engines.training.few import too_few
from engines.training.options import TrainOptions
from engines.training.pace import FIRST, SHARE, SavePace
from engines.training.state import FILE_NAME, load_state, new_state
from engines.training.trainer import Trainer

CPU = device("cpu")
TINY = {"width": 8, "mults": (1, 2), "attention": (), "head": 8, "batch": 6, "warmup": 3, "learning_rate": 2e-3,
        "validate_every": 0, "preview_every": 0, "checkpoint_every": 1000.0, "name": "tiny"}


def options(**changes: object) -> TrainOptions:
    return TrainOptions(**{**TINY, "steps": 8, **changes})


def run(folder: Path, chosen: TrainOptions) -> Iterator[Event]:
    folder.mkdir(exist_ok=True)
    return task("train").run(chosen, Context(CPU, folder))


def losses(events: Iterator[Event] | list[Event]) -> list[float]:
    return [e.loss for e in events if isinstance(e, Trained)]


def stopped_after(events: Iterator[Event], steps: int) -> list[float]:
    """Losses up to a step, then the generator is closed."""
    seen = list[float]()
    for event in events:
        if isinstance(event, Trained):
            seen.append(event.loss)
            if event.step == steps:
                events.close()  # type: ignore[attr-defined]
                break
    return seen


def image_set(count: int = 24, size: int = 8, channels: int = 1) -> ImageSet:
    images = np.random.default_rng(0).integers(0, 256, (count, channels, size, size), dtype=np.uint8)
    index = np.arange(count)
    return ImageSet("Noise", images, index % 2, ("a", "b"), index[:-8], index[-8:], index[:0], "", "")


class BySteps(SavePace):
    """A pace whose clock goes on by a second a step, and saving takes none."""

    def __init__(self, every: float) -> None:
        self.seconds = 0.0
        super().__init__(every, lambda: self.seconds)

    def due(self) -> bool:
        self.seconds += 1
        return super().due()


class Scale(nn.Module):
    """The smallest network: one number times x."""

    def __init__(self, value: float = 0.5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(value))

    def forward(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> torch.Tensor:
        return self.weight * x


def trainer(network: nn.Module, **changes: object) -> Trainer:
    chosen = options(**changes)
    return Trainer(new_state(network, chosen.learning_rate, 0.0), chosen.plan(), VPCosine(), image_set(), CPU)


@pytest.mark.parametrize("changes", [{}, {"dropout": 0.3, "schedule": "cosine", "shift": 1, "mirror": True}])
def test_a_resumed_training_has_exactly_the_losses_of_an_uninterrupted_one(tmp_path, changes):
    chosen = options(**changes)
    whole = losses(run(tmp_path / "whole", chosen))
    first = stopped_after(run(tmp_path / "parts", chosen), 3)
    torch.manual_seed(99)  # whatever happened in between does not matter
    rest = losses(run(tmp_path / "parts", chosen))
    assert first + rest == whole
    assert (tmp_path / "whole" / "tiny.safetensors").read_bytes() != b""
    a, b = (load_model(tmp_path / k / "tiny.safetensors", CPU).network.state_dict() for k in ("whole", "parts"))
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_after_a_kill_the_last_checkpoint_is_taken_up(tmp_path, monkeypatch):
    # a second a step: a checkpoint after every second step
    monkeypatch.setattr(run_module, "SavePace", BySteps)
    chosen = options(checkpoint_every=1.5)
    whole, kept, events = list[float](), list[int](), run(tmp_path / "run", chosen)
    for event in events:
        if isinstance(event, Trained):
            whole.append(event.loss)
        if isinstance(event, Saved) and event.kind == "model" and len(whole) < 8:
            kept.append(len(whole))
            shutil.copytree(tmp_path / "run", tmp_path / f"killed{len(whole)}")  # what a kill would leave
    assert kept == [2, 4, 6]
    for done in kept:
        rest = losses(run(tmp_path / f"killed{done}", chosen))
        assert len(rest) == 8 - done
        assert rest == whole[done:]


def test_a_stored_run_is_continued_in_another_folder(tmp_path):
    whole = losses(run(tmp_path / "long", options(steps=8)))
    list(run(tmp_path / "short", options(steps=5)))
    more = options(steps=8, resume=str(tmp_path / "short"))
    assert losses(run(tmp_path / "more", more)) == whole[5:]
    with pytest.raises(BadOption, match="already has 5 steps"):
        list(run(tmp_path / "again", options(steps=5, resume=str(tmp_path / "short"))))
    with pytest.raises(BadInput, match="holds no training"):
        list(run(tmp_path / "none", options(resume=str(tmp_path / "gone"))))
    with pytest.raises(BadCheckpoint, match="another shape"):
        list(run(tmp_path / "wide", options(width=16, steps=9, resume=str(tmp_path / "short"))))
    with pytest.raises(BadCheckpoint, match="not the state of a training"):
        list(run(tmp_path / "model", options(steps=9, resume=str(tmp_path / "short" / "tiny.safetensors"))))


def test_the_task_tells_and_leaves_what_it_made(tmp_path, monkeypatch):
    # a slow machine would be due for a checkpoint in between
    monkeypatch.setattr(run_module, "SavePace", BySteps)
    events = list(run(tmp_path / "run", options(steps=4, validate_every=2, preview_every=4)))
    assert [e.step for e in events if isinstance(e, Trained)] == [1, 2, 3, 4]
    assert [e.step for e in events if isinstance(e, Validated)] == [2, 4]
    sheets = [e for e in events if isinstance(e, Previewed)]
    assert [(e.step, e.samples.shape) for e in sheets] == [(4, (20, 1, 28, 28))]
    assert [e.kind for e in events if isinstance(e, Saved)] == ["checkpoint", "model"]
    model = load_model(tmp_path / "run" / "tiny.safetensors", CPU)
    assert model.spec.classes == tuple("0123456789")
    assert model.spec.licence == "CC BY-SA 3.0"


def test_closing_keeps_what_is_done(tmp_path):
    seen = stopped_after(run(tmp_path / "run", options(steps=1000)), 2)
    state = new_state(load_model(tmp_path / "run" / "tiny.safetensors", CPU).network.requires_grad_(True), 1e-3, 0.0)
    notes = load_state(tmp_path / "run" / FILE_NAME, state)
    assert (state.step, state.losses) == (2, seen)
    assert options_of(Recipe.from_json(notes["recipe"])) == options(steps=1000)


def test_a_pause_keeps_what_was_learnt_and_a_stop_shows_it(tmp_path):
    """The generator rests between two events, and whatever happens then nothing of the steps before it is lost."""
    chosen, reins = options(preview_every=100), Reins()
    whole = losses(run(tmp_path / "whole", chosen))
    (tmp_path / "run").mkdir()
    events = task("train").run(chosen, Context(CPU, tmp_path / "run", reins=reins))
    seen = [next(e for e in events if isinstance(e, Trained)).loss for _ in range(3)]
    reins.save()
    shutil.copytree(tmp_path / "run", tmp_path / "killed")  # what a kill after the pause leaves
    assert seen + losses(run(tmp_path / "killed", chosen)) == whole
    written = (tmp_path / "run" / FILE_NAME).stat().st_mtime_ns
    reins.save()
    events.close()
    assert (tmp_path / "run" / FILE_NAME).stat().st_mtime_ns == written  # nothing was learnt in between
    assert [e.step for e in reins.last() if isinstance(e, Previewed)] == [3]
    assert list(reins.last()) == []  # that was just shown


def test_the_first_checkpoint_comes_soon_and_saving_never_takes_much_of_the_time():
    clock, saves = [0.0], list[float]()
    pace = SavePace(60, lambda: clock[0])
    for _ in range(4000):
        clock[0] += 0.1
        if pace.due():
            saves.append(clock[0])
            pace.saved(clock[0])
    assert saves[0] == pytest.approx(FIRST, abs=0.2)
    gaps = np.diff(saves)
    assert all(gaps[1:] >= gaps[:-1] - 0.2)
    assert gaps[-1] == pytest.approx(60, abs=0.2)
    began = clock[0]
    clock[0] += 5  # a slow disk
    pace.saved(began)
    clock[0] += 5 * SHARE - 1
    assert not pace.due()
    clock[0] += 2
    assert pace.due()


def test_a_continued_training_tells_what_the_other_one_learnt(tmp_path):
    """Its losses and validations, and a sheet of its weights at once; after a kill, early looks count as before."""
    first = list(run(tmp_path / "short", options(steps=5, validate_every=2, preview_every=5)))
    more = options(steps=30, validate_every=500, preview_every=500, resume=str(tmp_path / "short"))
    events = run(tmp_path / "more", more)
    told = list[Event]()
    for event in events:
        told.append(event)
        if isinstance(event, Trained) and event.step == 12:
            events.close()
            break
    continued = next(e for e in told if isinstance(e, Continued))
    assert (continued.step, continued.folder) == (5, tmp_path / "short")
    assert continued.losses.tolist() == losses(first)
    last = [e for e in first if isinstance(e, Validated)][-1]
    assert continued.validations[-1].tolist() == [5, last.loss, *last.by_level]
    assert continued.levels.tolist() == last.levels.tolist()
    sheets = [e for e in told if isinstance(e, Previewed)]
    assert [e.step for e in sheets] == [5, 10]
    assert np.array_equal(sheets[0].samples, [e for e in first if isinstance(e, Previewed)][-1].samples)
    rest = list(run(tmp_path / "more", more))
    assert not [e for e in rest if isinstance(e, Continued)]
    assert [e.step for e in rest if isinstance(e, Previewed)] == [15, 25, 30]
    assert [e.step for e in rest if isinstance(e, Validated)] == [15, 25, 30]


@pytest.mark.parametrize(("images", "batch", "words"), [
    (1, 8, "only 1 image to learn from"), (1, 1, "draw nothing else"), (5, 8, "only 5 images for a batch of 8"),
    (5, 8, "copy them rather than make new ones"), (8, 8, ""), (2, 1, "")])
def test_very_few_images_are_told_before_the_start(images, batch, words):
    """With what will happen and what to do; where a batch is full there is nothing to say."""
    said = too_few(images, batch)
    assert words in said
    assert bool(said) is bool(words)


def test_the_task_says_that_there_are_few_images_before_its_first_step(tmp_path):
    from PIL import Image

    (tmp_path / "data").mkdir()
    Image.new("L", (8, 8), 90).save(tmp_path / "data" / "0.png")
    told = list(run(tmp_path / "run", options(data=str(tmp_path / "data"), size=8, steps=2)))
    at = next(k for k, e in enumerate(told) if isinstance(e, Noted) and "only 1 image" in e.sentence)
    assert at < next(k for k, e in enumerate(told) if isinstance(e, Trained))
    assert any(isinstance(e, Said) and "Training on 1 image of" in e.sentence for e in told)


def test_training_on_a_folder_of_colour_images(tmp_path):
    from PIL import Image

    for k in range(6):
        folder = tmp_path / "data" / f"kind{k % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 16), (40 * k, 0, 90)).save(folder / f"{k}.png")
    list(run(tmp_path / "run", options(data=str(tmp_path / "data"), size=16, steps=2)))
    spec = load_model(tmp_path / "run" / "tiny.safetensors", CPU).spec
    assert (spec.channels, spec.size, spec.classes) == (3, 16, ("kind0", "kind1"))


@pytest.mark.parametrize("name", ["training", "a/b", "", "../up", ".hidden", "a.", "a ", "con", "COM1.x", "a:b"])
def test_a_name_that_is_no_file_name_is_refused(name):
    with pytest.raises(BadOption, match="name"):
        validated(TrainOptions, {"name": name})


def test_options_that_contradict_the_digits_are_refused(tmp_path):
    with pytest.raises(BadOption, match="28 px wide, not 32 px"):
        list(run(tmp_path / "run", options(size=32)))
    with pytest.raises(BadOption, match="cannot be halved"):
        list(run(tmp_path / "run", options(size=30, mults=(1, 1, 1))))


def test_training_learns():
    found = losses(trainer(Scale(0.0), steps=120, learning_rate=0.05, batch=16).run())
    assert np.mean(found[-20:]) < np.mean(found[:20])
