"""Training on points: known sets and files, exact resume, previews, labels, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engines.checkpoint import load_model
from engines.component import validated
from engines.context import Context
from engines.data.pointdata import FreshPoints, StoredPoints, data_of
from engines.data.points.base import point_sets
from engines.data.points.cloud import Cloud
from engines.data.points.mixtures import Grid, Ring
from engines.data.points.own import Own
from engines.denoiser import NO_CLASS
from engines.device import device
from engines.errors import BadData, BadOption, BadPoints, OutOfMemory
from engines.events import Event, Noted, Previewed, Saved, Trained, Validated
from engines.halving import Pieces
from engines.modalities.points import write_points
from engines.modality import Modality
from engines.model_list import BUNDLED
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.provenance import located
from engines.recipe import Recipe
from engines.samplers.ddim import DDIM
from engines.tasks.base import options_of, task
from engines.tasks.train_points import TrainPointsOptions, data_to_learn
from engines.training import run as run_module
from engines.training.objectives.base import objectives
from engines.training.portions import PORTIONS

CPU = device("cpu")
TINY = {"network": {"name": "mlp", "width": 8, "depth": 1}, "batch": 16, "warmup": 2, "validate_every": 0,
        "preview_every": 0, "checkpoint_every": 1000.0, "name": "dots", "steps": 8}


def run(folder: Path, **changes: object) -> Iterator[Event]:
    folder.mkdir(exist_ok=True)
    options = validated(TrainPointsOptions, {**TINY, **changes})
    return task("train-points").run(options, Context(CPU, folder))


def losses(events: Iterator[Event] | list[Event]) -> list[float]:
    return [e.loss for e in events if isinstance(e, Trained)]


def stopped_after(events: Iterator[Event], step: int) -> list[float]:
    seen = list[float]()
    for event in events:
        if isinstance(event, Trained):
            seen.append(event.loss)
            if event.step == step:
                events.close()  # type: ignore[attr-defined]
                break
    return seen


def table(folder: Path, count: int = 400, name: str = "mine.csv") -> Path:
    """A file of points far from 0 and wide."""
    values = 40 + 7 * np.random.default_rng(3).standard_normal((count, 2))
    write_points(folder / name, values)
    return folder / name


@pytest.mark.parametrize("of_file", [False, True])
def test_a_resumed_training_has_exactly_the_losses_of_an_uninterrupted_one(tmp_path: Path, of_file: bool) -> None:
    changes = {"file": str(table(tmp_path))} if of_file else {"data": "ring"}
    whole = losses(run(tmp_path / "whole", **changes))
    first = stopped_after(run(tmp_path / "parts", **changes), 3)
    torch.manual_seed(99)  # whatever happened in between does not matter
    assert first + losses(run(tmp_path / "parts", **changes)) == whole
    a, b = (load_model(tmp_path / k / "dots.safetensors", CPU).network.state_dict() for k in ("whole", "parts"))
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_it_tells_and_leaves_a_model_of_points(tmp_path: Path) -> None:
    found = list(run(tmp_path / "run", data="ring", validate_every=4, preview_every=8))
    assert [e.step for e in found if isinstance(e, Validated)] == [4, 8]
    assert [(e.step, e.samples.shape, e.samples.dtype) for e in found if isinstance(e, Previewed)] == [
        (5, (1000, 2), np.float32), (8, (1000, 2), np.float32)]
    assert [e.kind for e in found if isinstance(e, Saved)][-2:] == ["checkpoint", "model"]
    spec = load_model(tmp_path / "run" / "dots.safetensors", CPU).spec
    assert (spec.modality, spec.shape, spec.classes) == (Modality.POINTS, (2,), tuple("12345678"))
    kept = Recipe.from_json(load_notes(tmp_path / "run")["recipe"])
    assert (kept.task, options_of(kept).model_dump()["data"]["name"]) == ("train-points", "ring")


def load_notes(folder: Path) -> dict[str, str]:
    from engines.model_file import raw_header

    return raw_header(folder / "dots.safetensors")


def test_previews_of_points_are_not_kept_within_a_picture(tmp_path: Path) -> None:
    """Points lie beyond ±1, where a picture would be cut."""
    (seen,) = (e.samples for e in run(tmp_path / "run", steps=1, preview_every=5) if isinstance(e, Previewed))
    assert np.abs(seen).max() > 1.5


@pytest.mark.parametrize("name", sorted({*point_sets()} - {"own"}))
def test_every_set_trains(tmp_path: Path, name: str) -> None:
    found = list(run(tmp_path / "run", data=name, steps=2))
    assert all(np.isfinite(losses(found)))
    assert load_model(tmp_path / "run" / "dots.safetensors", CPU).spec.shape == (point_sets()[name].dimension,)


@pytest.mark.parametrize("name", sorted(name for name, kind in objectives().items() if not kind().taught_by))
def test_every_objective_learns_points_and_its_model_comes_back(tmp_path: Path, name: str) -> None:
    """Also where the exact denoiser has to be known, and where the network has a second output."""
    found = list(run(tmp_path / "run", data="ring", objective=name, steps=2))
    assert all(np.isfinite(losses(found)))
    model = load_model(tmp_path / "run" / "dots.safetensors", CPU)
    assert model.spec.outputs == objectives()[name].outputs
    assert model.denoiser(torch.zeros(3, 2), torch.tensor(0.5, dtype=torch.float64)).shape == (3, 2)


def test_an_objective_that_needs_the_true_score_is_refused_on_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadOption):
        list(run(tmp_path / "run", file=str(table(tmp_path)), objective="explicit"))


def test_every_step_draws_fresh_points_of_a_known_set_by_seed_and_step_alone() -> None:
    data = FreshPoints(Ring())
    (a, labels), (b, _), (c, _), (again, same) = (data.drawn(*k, 50) for k in ((0, 0), (0, 1), (1, 0), (0, 0)))
    assert torch.equal(a, again)
    assert torch.equal(labels, same)
    assert not any(torch.equal(x, y) for x, y in ((a, b), (a, c), (b, c)))
    held, _ = data.held_back(50)
    assert not any(torch.equal(held, data.drawn(seed, 0, 50)[0]) for seed in range(20))
    assert a.dtype == torch.float32


def test_labels_are_the_components_that_the_points_came_from() -> None:
    data = FreshPoints(Ring(spread=0.02))
    x, labels = data.drawn(3, 5, 400)
    means = Ring(spread=0.02).mixture().means.float()
    assert data.classes == tuple("12345678")
    assert torch.equal(torch.cdist(x, means).argmin(1), labels)
    many = FreshPoints(Grid(side=5))  # more than can be told apart by name
    assert many.classes == ()
    assert set(many.drawn(0, 0, 20)[1].tolist()) == {NO_CLASS}


def test_a_file_is_learnt_at_the_scale_of_all_sets_and_some_of_it_held_back(tmp_path: Path) -> None:
    values = 40 + 7 * np.random.default_rng(3).standard_normal((400, 2))
    data = StoredPoints.of("mine.csv", Cloud.of(values).points)
    epoch = torch.cat([data.drawn(0, step, 38)[0] for step in range(10)])
    assert abs(float(epoch.mean())) < 0.1
    assert float(epoch.var()) == pytest.approx(1, abs=0.1)
    assert len(torch.unique(epoch, dim=0)) == 380  # each row once
    held = data.held_back(1000)[0]
    assert len(held) == 20
    assert float(torch.cdist(held, epoch).min()) > 0
    assert data.described == "400 points"


def test_points_that_travel_with_the_recipe_are_learnt_as_those_of_a_file(tmp_path: Path) -> None:
    """Each once an epoch, and some held back."""
    own = table(tmp_path)
    attached = data_of(Own(file="mine.csv"), {"mine.csv": own.read_bytes()})
    named, _ = data_to_learn(TrainPointsOptions(file=str(own)), {})
    assert isinstance(attached, StoredPoints)
    assert torch.equal(attached.drawn(0, 3, 16)[0], named.drawn(0, 3, 16)[0])
    assert attached.fingerprint == named.fingerprint
    assert len(attached.held_back(100)[0]) == 20


def test_a_file_that_changed_is_not_what_the_training_began_with(tmp_path: Path) -> None:
    own = table(tmp_path)
    stopped_after(run(tmp_path / "run", file=str(own)), 3)
    table(tmp_path, 401)
    with pytest.raises(BadData, match=r"“mine.csv” is not what it was .*then 400 points, now 401 points"):
        list(run(tmp_path / "run", file=str(own)))


def test_a_training_is_not_taken_up_with_another_set(tmp_path: Path) -> None:
    stopped_after(run(tmp_path / "run", data="ring"), 3)
    with pytest.raises(BadData, match="fresh points of Two moons"):
        list(run(tmp_path / "run", data="moons"))


@pytest.mark.parametrize(("content", "words"), [
    ("a,b\n1,x\n", "x"), ("1,2\n1,2\n", "at one place"), ("", "empty"), ("1,2,3\n4,5,6\n", "columns")])
def test_a_file_that_is_no_table_of_points_is_refused_before_the_start(tmp_path: Path, content: str,
                                                                       words: str) -> None:
    (tmp_path / "bad.csv").write_text(content)
    with pytest.raises(BadPoints, match=words):
        list(run(tmp_path / "run", file=str(tmp_path / "bad.csv")))
    with pytest.raises(BadPoints, match="cannot be opened"):
        list(run(tmp_path / "run", file=str(tmp_path / "gone.csv")))
    assert not (tmp_path / "run" / "dots.safetensors").exists()


def test_few_points_are_told(tmp_path: Path) -> None:
    told = list(run(tmp_path / "run", file=str(table(tmp_path, 5)), steps=1))
    assert any("only 5 points for a batch of 16" in e.sentence for e in told if isinstance(e, Noted))


def test_networks_of_images_are_not_offered() -> None:
    with pytest.raises(BadOption, match="network cannot be “unet”: choose one of"):
        validated(TrainPointsOptions, {"network": "unet"})


def test_a_stored_recipe_finds_its_file_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert located(Recipe("train-points", {"file": "mine.csv"}), []).options["file"] == str(tmp_path / "mine.csv")
    assert located(Recipe("train-points", {}), []).options["file"] == ""


def test_the_bundled_model_draws_two_moons() -> None:
    """By 50 deterministic steps from the same noise as the exact denoiser; sliced Wasserstein distance to the truth."""
    model = load_model(BUNDLED / "points-moons.safetensors", CPU)
    noise, x = Noise(sample_seeds(5, 4000), (2,)), None
    with torch.no_grad():
        x = model.path.initial(noise.initial())
        for step in DDIM()(model.path, model.denoiser, x, time_grid(model.path, 50), noise=noise):
            x = step.x
    truth = point_sets()["moons"]().sample(4000, 99)
    assert sliced(x.double(), truth) < 0.06  # of the exact denoiser 0.04, of 4,000 points of the truth 0.02
    assert (BUNDLED / "points-moons.safetensors").stat().st_size < 300_000


def sliced(a: torch.Tensor, b: torch.Tensor) -> float:
    """Root mean square over 64 directions of the distance between sorted projections."""
    angles = torch.arange(64, dtype=torch.float64) * torch.pi / 64
    ways = torch.stack([angles.cos(), angles.sin()])
    return float(((a @ ways).sort(0).values - (b @ ways).sort(0).values).square().mean().sqrt())


class Full(nn.Module):
    """A network that there is never room for."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None) -> torch.Tensor:
        """Runs out of memory."""
        raise torch.OutOfMemoryError


def test_out_of_memory_speaks_of_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "build_network", lambda _spec: Full())
    with pytest.raises(OutOfMemory, match=r"batch of 64, even in halves; choose a smaller network\."):
        list(run(tmp_path, batch=64))
    pieces = Pieces(8, "This card", PORTIONS[Modality.POINTS].noun)
    with pytest.raises(OutOfMemory, match="too little memory for a single point"):
        pieces(lambda _part: Full()(torch.zeros(1), torch.zeros(1), None), 4)


def test_its_cost_is_an_update_a_step_and_drawn_without_chance() -> None:
    state = torch.get_rng_state()
    cost = task("train-points").cost_of(TrainPointsOptions(), None)
    assert cost is not None
    assert (cost.samples, cost.evaluations, cost.of) == (512, 4000, "training mlp by simple")
    assert torch.equal(torch.get_rng_state(), state)


def test_previews_carry_what_is_believed_but_without_them_nothing_is_asked(tmp_path: Path) -> None:
    seen = [e.belief for e in run(tmp_path / "a", preview_every=5) if isinstance(e, Previewed)]
    assert seen
    assert all(belief is not None and belief.errors.shape == (8,) for belief in seen)
    taught = {"name": "consistency-training"}
    bare = [e.belief for e in run(tmp_path / "b", preview_every=5, objective=taught) if isinstance(e, Previewed)]
    assert all(belief is not None and not belief.exact.size for belief in bare)
