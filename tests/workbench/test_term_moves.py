"""The moves of terms as vectors: for every sampler they add up to the move, and have the sizes that were recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.context import Context, Start
from engines.events import Opened, Stepped
from engines.process.paths import paths
from engines.recipe import Recipe
from engines.samplers.base import Step, samplers, unlisted
from engines.tasks.base import options_of, task
from engines.trajectory import Trajectory
from tests.engines.small import SIZE, attachments, context, picture, save_small
from workbench.running.mailbox import LiveRun
from workbench.term_moves import move_step, term_moves

VARIANTS: tuple[dict[str, Any], ...] = (
    *({"name": name} for name in sorted({**samplers(), **unlisted()})), {"name": "dpm++2m", "noisy": True},
    {"name": "ddim", "eta": 0.6}, {"name": "ddpm", "variance": "beta"},
    {"name": "predictor-corrector", "corrections": 3})
METHODS = ({"name": "repaint", "jump": 2, "resample": 2}, {"name": "dps"})


def points(**options: Any) -> Recipe:
    """A run of points on the exact mixture, pulled to one of its modes."""
    return Recipe("sample-points", {"steps": 5, "count": 20, "seed": 3, "data": {"name": "ring"}, "prior": "exact",
                                    "label": "1", "guidance": 3.0, **options})


def no_recipe() -> Recipe | None:
    raise AssertionError("what a run recorded is enough")


def live_of(recipe: Recipe, around: Context) -> LiveRun:
    """A run of a recipe, recorded."""
    live = LiveRun("r", recipe.task)
    for event in task(recipe.task).run(options_of(recipe), around):
        if isinstance(event, Opened):
            live.opened, live.trajectory = event, Trajectory(event.shape, event.total)
        elif isinstance(event, Stepped) and live.trajectory is not None:
            live.trajectory.append(event.step)
    return live


def recorded_step(run: Trajectory, i: int, *, bare: bool = False) -> Step:
    """A recorded step; `bare`: without what tells the prior from fresh noise."""
    deltas = {name: torch.tensor(d) for name in run.deltas if (d := run.delta(name, i)) is not None}
    terms = {name: torch.tensor(sizes[i - run.first]) for name, sizes in run.terms.items()}
    step = Step(i, run.total, run.t(i), torch.tensor(run.x(i)), torch.tensor(run.x0(i)), 0, terms, deltas)
    noise = run.delta("noise", i)
    return step if bare else replace(step, drift=run.drift(i), fresh=None if noise is None else torch.tensor(noise))


def before(live: LiveRun) -> LiveRun:
    """The same run as a program of before recorded it: without what tells the prior from fresh noise."""
    run = live.trajectory
    assert run is not None
    found = Trajectory(run.shape, run.total)
    for i in range(run.first, run.last + 1):
        found.append(recorded_step(run, i, bare=True))
    old = LiveRun("r", live.task)
    old.opened, old.trajectory = live.opened, found
    return old


def check(live: LiveRun, recipe: Callable[[], Recipe | None] = no_recipe, slack: float = 2e-5) -> None:
    """Every term that has a value has its moves; they add up, and are as large as the row says."""
    run = live.trajectory
    assert run is not None
    assert run.complete
    for i in range(run.last):
        moves = term_moves(live, recipe, i)
        assert set(moves) == set(run.terms)
        moved = run.x(i + 1).astype(float) - run.x(i)
        scale = max(float(np.abs(run.x(i)).max()), *(float(sizes[i].max()) for sizes in run.terms.values()))
        np.testing.assert_allclose(sum(moves.values()), moved, rtol=0, atol=1e-6 * scale)
        for name, move in moves.items():
            found = np.sqrt((move.reshape(len(move), -1) ** 2).sum(axis=1))
            np.testing.assert_allclose(found, run.terms[name][i], rtol=1e-3, atol=slack * scale, err_msg=name)
    for name, move in term_moves(live, recipe, run.last).items():
        np.testing.assert_array_equal(move, term_moves(live, recipe, run.last - 1)[name])
    assert move_step(run, run.last) == run.last - 1


@pytest.mark.parametrize("path", sorted(paths()))
@pytest.mark.parametrize("sampler", VARIANTS, ids=str)
def test_every_term_of_every_sampler_on_every_path(sampler: dict[str, Any], path: str, tmp_path: Path) -> None:
    """Class guidance among them."""
    check(live_of(points(sampler=sampler, path={"name": path}), context(tmp_path)))


@pytest.mark.parametrize("sampler", VARIANTS, ids=str)
def test_a_saved_run_tells_them_too(sampler: dict[str, Any], tmp_path: Path) -> None:
    """To a thousandth of the largest of them: its estimates and moves are kept as float16."""
    live = live_of(points(sampler=sampler), context(tmp_path))
    assert live.trajectory is not None
    live.trajectory.save(tmp_path / "run")
    live.trajectory = Trajectory.load(tmp_path / "run")
    check(live, slack=1e-3)


@pytest.mark.parametrize("sampler", [{"name": "ddpm"}, {"name": "ddim", "eta": 1.0}, {"name": "ddim"}], ids=str)
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method["name"])
def test_every_term_of_methods_with_known_pixels(method: dict[str, Any], sampler: dict[str, Any],
                                                 tmp_path: Path) -> None:
    """Up as well as down, and where the pull comes on top of the move."""
    save_small(tmp_path)
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[2:6, 2:6] = 1
    options = {"model": "tiny", "count": 2, "steps": 6, "label": "a", "guidance": 3.0, "method": method,
               "sampler": sampler}
    check(live_of(Recipe("inpaint", options), context(tmp_path, attachments(picture(SIZE, SIZE), mask))))


@pytest.mark.parametrize("sampler", [{"name": "ddpm"}, {"name": "ddim", "eta": 0.6}], ids=str)
def test_a_run_of_before_is_worked_out_by_its_recipe(sampler: dict[str, Any], tmp_path: Path) -> None:
    recipe = points(sampler=sampler)
    check(before(live_of(recipe, context(tmp_path))), lambda: recipe)


def test_a_recipe_that_is_not_what_was_walked_is_not_believed(tmp_path: Path) -> None:
    """As of a model that has a path of its own: nothing is told where it would be wrong."""
    live = before(live_of(points(sampler={"name": "ddpm"}, path={"name": "straight"}), context(tmp_path)))
    wrong = points(sampler={"name": "ddpm"}, path={"name": "vp-cosine"})
    assert set(term_moves(live, lambda: wrong, 2)) == {"guidance"}
    assert set(term_moves(live, lambda: None, 2)) == {"guidance"}


@pytest.mark.parametrize(("parent", "own"), [("ddpm", "langevin"), ("langevin", "ddpm"), ("heun", "edm")])
def test_a_branch_with_another_sampler_tells_its_parents_steps_too(parent: str, own: str, tmp_path: Path) -> None:
    old = live_of(points(sampler={"name": parent}), context(tmp_path))
    assert old.trajectory is not None
    around = context(tmp_path, start=Start(2, old.trajectory.x(2).copy()))
    live = live_of(points(sampler={"name": own}), around)
    assert live.trajectory is not None
    assert live.trajectory.first == 2
    whole = Trajectory(old.trajectory.shape, old.trajectory.total)
    whole.prepend(old.trajectory, 2)
    for i in range(2, whole.total + 1):
        whole.append(recorded_step(live.trajectory, i))
    live.trajectory = whole
    check(live)


def test_only_what_cannot_be_worked_out_takes_room(tmp_path: Path) -> None:
    """One tensor a step, and none for a single Gaussian move or where there is no noise."""
    for name, more in (("ddpm", 0), ("ddim", 0), ("heun", 0), ("dpm++2m", 0), ("euler-maruyama", 1), ("edm", 1)):
        run = live_of(points(sampler={"name": name}, label="free"), context(tmp_path)).trajectory
        assert run is not None
        assert run.nbytes == len(run) * run.x(0).nbytes * (2 + more), name
        assert run.deltas == ()


def test_the_terms_of_noise_are_the_parts_of_a_state(tmp_path: Path) -> None:
    """At every step, also at the first, which has no noise, and at the last."""
    recipe = Recipe("noise", {"size": 16, "steps": 4, "path": "straight", "count": 2})
    files = attachments(picture(SIZE, SIZE), np.zeros((SIZE, SIZE), np.float32))
    live = live_of(recipe, context(tmp_path, files))
    run, opened = live.trajectory, live.opened
    assert run is not None
    assert opened is not None
    for i in range(run.last + 1):
        parts = term_moves(live, no_recipe, i)
        np.testing.assert_allclose(parts["prior"], opened.alpha[i] * run.x0(i), atol=1e-6)
        np.testing.assert_allclose(parts["prior"] + parts["noise"], run.x(i), atol=1e-6)


def test_only_the_samples_that_are_wanted_are_worked_out(tmp_path: Path) -> None:
    for name in ("ddpm", "edm"):
        live = live_of(points(sampler={"name": name}), context(tmp_path))
        for term, move in term_moves(live, no_recipe, 2, 7).items():
            np.testing.assert_array_equal(move, term_moves(live, no_recipe, 2)[term][:7])


@pytest.mark.parametrize("name", ["ddpm", "euler-maruyama"])
def test_a_model_with_a_path_of_its_own_is_told_by_that(name: str, tmp_path: Path) -> None:
    """Whatever path its recipe has, as the command line leaves the default there."""
    recipe = points(sampler={"name": name}, data={"name": "moons"}, prior="points-moons", label="free",
                    path={"name": "straight"})
    live = live_of(recipe, context(tmp_path))
    assert live.opened is not None
    assert live.opened.alpha[1] != pytest.approx(1 - live.opened.times[1], abs=1e-3), "it did not walk that path"
    check(live)
