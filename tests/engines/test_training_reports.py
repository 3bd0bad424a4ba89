"""What a training tells and keeps on the way, each against figures worked out here: validation, previews, speed, saves.

The last test trains for a moment and looks whether the samples are of the class that was asked for.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image
from torch import Tensor, nn

from engines.checkpoint import build_network
from engines.data.imageset import ImageSet
from engines.errors import DiskFull
from engines.events import Event, Noted, Previewed, Saved, Trained, Validated
from engines.halving import Pieces
from engines.modality import Modality
from engines.model_file import ModelSpec, raw_header
from engines.process.noise import Noise, sample_seeds
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine
from engines.training import run as run_module
from engines.training import trainer as trainer_module
from engines.training.draws import generator
from engines.training.portions import PORTIONS
from engines.training.run import preview
from engines.training.state import FILE_NAME, load_state, new_state, save_state
from engines.training.trainer import Trainer
from tests.engines.test_training import CPU, BySteps, Scale, options, run, stopped_after, trainer


def cosine(t: Tensor) -> tuple[Tensor, Tensor]:
    """alpha and sigma of Nichol & Dhariwal's eq. 17."""
    abar = ((t + 0.008) / 1.008 * math.pi / 2).cos() ** 2 / math.cos(0.008 / 1.008 * math.pi / 2) ** 2
    return abar.sqrt(), (1 - abar).sqrt()


class Ticking:
    """A clock that goes on by the next of some seconds at each look, and then stands still."""

    def __init__(self, seconds: list[float]) -> None:
        self.left, self.now = list(seconds), 0.0

    def __call__(self) -> float:
        self.now += self.left.pop(0) if self.left else 0.0
        return self.now


class ByLabel(nn.Module):
    """A network whose output is x times a number of the label's class."""

    def __init__(self, *factors: float) -> None:
        super().__init__()
        self.factors = nn.Parameter(torch.tensor(factors))

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        return self.factors[cond][:, None, None, None] * x


def two_parts() -> ImageSet:
    """Dark images to train on and bright ones, of other classes, held back."""
    images = np.concatenate([np.full((8, 1, 4, 4), 20, np.uint8), np.full((24, 1, 4, 4), 230, np.uint8)])
    labels, index = np.array([0, 1] * 4 + [1, 2, 0] * 8), np.arange(32)
    return ImageSet("Two", images, labels, ("a", "b", "c"), index[:8], index[8:], index[:0], "", "")


def by_hand(network: nn.Module, times: Tensor) -> Tensor:
    """The loss (24,) of each image held back at these times, for a network that predicts v."""
    x0, labels = torch.full((24, 1, 4, 4), 230 / 127.5 - 1), torch.tensor([1, 2, 0] * 8)
    eps = torch.randn(x0.shape, generator=generator(0, 0, "validation"))
    alpha, sigma = (v.float()[:, None, None, None] for v in cosine(times))
    with torch.no_grad():
        out = network(alpha * x0 + sigma * eps, times.float(), labels)
    return (out - (alpha * eps - sigma * x0)).square().mean((1, 2, 3))


def test_validation_is_of_the_average_on_the_images_held_back() -> None:
    """By level: image k is at the level k mod 8 of eight equal parts of log-SNR, from the noisiest up."""
    state = new_state(ByLabel(0.1, 0.2, 0.3), 1e-3, 0.0)
    state.average = ByLabel(-0.5, 0.9, 0.4)
    found = Trainer(state, options().plan(), VPCosine(), two_parts(), CPU).validated()
    order = torch.randperm(24, generator=generator(0, 0, "validation times"))
    expected = by_hand(state.average, 0.999 * (order.double() + 0.5) / 24).mean()
    assert found.loss == pytest.approx(float(expected), rel=1e-5)
    alpha, sigma = cosine(torch.tensor(0.02, dtype=torch.float64))
    width = (2 * float((alpha / sigma).log()) + 12) / 8
    levels = [-12 + width * (k + 0.5) for k in range(8)]
    assert found.levels == pytest.approx(levels)
    fine = torch.linspace(1e-4, 0.999, 200_001, dtype=torch.float64)
    snr = 2 * (cosine(fine)[0] / cosine(fine)[1]).log()
    times = torch.stack([fine[(snr - level).abs().argmin()] for level in levels]).repeat(3)
    by_level = by_hand(state.average, times).reshape(3, 8).mean(0)
    assert found.by_level == pytest.approx(by_level.double().numpy(), rel=1e-2)
    assert state.validations == [[0, found.loss, *found.by_level.tolist()]]


def test_a_preview_is_twenty_steps_of_the_average_from_the_same_noise() -> None:
    spec = ModelSpec(title="x", channels=1, size=8, classes=("a", "b"), prediction=V(), path=VPCosine(),
                     network=options(mults=(1,)).network)
    state = new_state(build_network(spec), 1e-3, 0.0)
    state.average = ByLabel(0.3, -0.3)
    x = noise = Noise(sample_seeds(0, 20), (1, 8, 8)).initial()
    times = 0.999 * torch.linspace(1, 0, 21, dtype=torch.float64)
    for t, s in zip(times[:-1], times[1:], strict=True):
        (a, b), (c, d) = cosine(t), cosine(s)
        v = state.average(x, t, torch.arange(20) % 2).detach()
        x = float(c) * (float(a) * x - float(b) * v) + float(d) * (float(b) * x + float(a) * v)
    found = preview(state, spec, CPU, Pieces(20))
    np.testing.assert_allclose(found, x.clamp(-1, 1).numpy(), atol=1e-4)
    assert np.abs(found - noise.clamp(-1, 1).numpy()).max() > 0.1


def test_the_speed_is_smoothed_images_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of 8 images in 2, 1 and 4 seconds, with time in between that does not count."""
    clock = Ticking([0, 2, 5, 1, 7, 4])
    monkeypatch.setattr(trainer_module, "time", SimpleNamespace(perf_counter=clock))
    told = [e.images_per_second for e in trainer(Scale(), batch=8, steps=3).run() if isinstance(e, Trained)]
    assert told == pytest.approx([4, 0.9 * 4 + 0.1 * 8, 0.9 * (0.9 * 4 + 0.1 * 8) + 0.1 * 2])


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock of a run that goes on by a second a step."""
    monkeypatch.setattr(run_module, "SavePace", BySteps)


def saves(events: list[Event]) -> list[int]:
    """The steps after which a checkpoint was told of."""
    step, found = 0, list[int]()
    for event in events:
        step = event.step if isinstance(event, Trained) else step
        found += [step] if isinstance(event, Saved) and event.kind == "checkpoint" else []
    return found


@pytest.mark.usefixtures("seconds")
def test_checkpoints_come_after_the_seconds_asked_for(tmp_path: Path) -> None:
    assert saves(list(run(tmp_path / "run", options(steps=10, checkpoint_every=3.5)))) == [4, 8, 10]
    assert saves(list(run(tmp_path / "none", options(steps=4, checkpoint_every=86_400.0)))) == [4]


@pytest.mark.usefixtures("seconds")
def test_a_full_disk_is_told_once_and_the_next_checkpoint_tries_again(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = list[int]()

    def save(path: Path, *arguments: object) -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise DiskFull(f"“{path}” cannot be saved because the disk is full; free some space and try again.")
        save_state(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(run_module, "save_state", save)
    events = list(run(tmp_path / "run", options(steps=14, checkpoint_every=3.5)))
    (note,) = (e.sentence for e in events if isinstance(e, Noted))
    assert note.startswith("Step 4 could not be saved because the disk is full, and training goes on; free some space")
    assert len([e for e in events if isinstance(e, Trained)]) == 14
    assert saves(events) == [12, 14]
    assert (tmp_path / "run" / FILE_NAME).exists()


def test_validations_are_kept_over_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PORTIONS, Modality.IMAGE, replace(PORTIONS[Modality.IMAGE], validation=16))
    chosen = options(steps=6, validate_every=2)
    whole = list(run(tmp_path / "whole", chosen))
    stopped_after(run(tmp_path / "parts", chosen), 5)
    list(run(tmp_path / "parts", chosen))
    state = new_state(build_network(spec_in(tmp_path / "parts")), 1e-3, 0.0)
    load_state(tmp_path / "parts" / FILE_NAME, state)
    told = [[e.step, e.loss, *e.by_level.tolist()] for e in whole if isinstance(e, Validated)]
    assert [row[0] for row in state.validations] == [2, 4, 6]
    assert state.validations == told


def spec_in(folder: Path) -> ModelSpec:
    """What the state in a folder says of its network."""
    return ModelSpec.model_validate_json(raw_header(folder / FILE_NAME)["spec"])


def test_more_validations_than_a_header_holds_come_back(tmp_path: Path) -> None:
    state, file = new_state(Scale(), 1e-3, 0.0), tmp_path / "s.safetensors"
    state.validations = [[float(k), *(k / 7 + 1e-9,) * 9] for k in range(90_000)]
    save_state(file, state, {})
    other = new_state(Scale(), 1e-3, 0.0)
    load_state(file, other)
    assert other.validations == state.validations


def test_a_state_of_an_earlier_version_has_its_validations_in_the_header(tmp_path: Path) -> None:
    file, rows = tmp_path / "s.safetensors", [[500.0, 0.25], [1000.0, 0.125]]
    save_state(file, new_state(Scale(), 1e-3, 0.0), {})
    header, tensors = raw_header(file), safetensors.torch.load_file(file)
    del tensors["validations"]
    safetensors.torch.save_file(tensors, file, {**header, "validations": json.dumps(rows)})
    state = new_state(Scale(), 1e-3, 0.0)
    assert "validations" not in load_state(file, state)
    assert state.validations == rows


def test_a_short_training_makes_what_it_is_asked_for(tmp_path: Path) -> None:
    """Two classes of one grey each; one group of normalisation, as eight of a channel each would take the grey out."""
    for name, grey in (("white", 225), ("black", 30)):
        (tmp_path / "data" / name).mkdir(parents=True)
        for k in range(4):
            Image.new("L", (8, 8), grey).save(tmp_path / "data" / name / f"{k}.png")
    chosen = options(data=str(tmp_path / "data"), size=8, steps=150, batch=16, learning_rate=1e-2, mults=(1,), groups=1,
                     ema=0.9, preview_every=150)
    *_, sheet = (e.samples for e in run(tmp_path / "run", chosen) if isinstance(e, Previewed))
    greys = sheet.mean((1, 2, 3)) * 127.5 + 127.5
    # the folders are labelled in the order of their names, and a preview takes the classes in turn
    assert np.abs(greys[::2] - 30).max() < 40
    assert np.abs(greys[1::2] - 225).max() < 40
