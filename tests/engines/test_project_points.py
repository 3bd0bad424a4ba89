"""Points brought back from several strengths: a Gaussian's answer is known, and Edit's walk makes it."""

from __future__ import annotations

from pathlib import Path as Folder

import pytest
import torch

from engines.analytic import Mixture, MixtureDenoiser
from engines.errors import BadOption
from engines.events import Measured, Noted, Sampled, Stepped
from engines.inverse.projection import Projection
from engines.inverse.sdedit import sdedit_start
from engines.inverse.staggered import Staggered
from engines.process.noise import Noise
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.samplers.base import Sampler, Step
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.tasks.base import options_of, task
from engines.tasks.strengths import joined_at
from tests.engines.small import context

PATH, SPREAD, MEAN = VPCosine(), (0.25, 2.25), (0.5, -1.0)
PRIOR = Mixture(torch.ones(1).double(), torch.tensor([MEAN]).double(),
                torch.diag(torch.tensor(SPREAD)).double()[None])
PLACE = torch.tensor([2.0, 3.0])


def ends(sampler: Sampler, steps: int, strengths: tuple[float, ...], count: int) -> list[torch.Tensor]:
    """Where the place is brought from each strength, (count, 2) each."""
    times = time_grid(PATH, steps)
    joins = tuple(join for join in joined_at(PATH, times, strengths) for _ in range(count))
    data = PLACE.expand(len(joins), 2).clone()
    walk = Projection(inner=Staggered(inner=sampler, data=data, joins=joins))
    noise = Noise(tuple(range(count)) * len(strengths), (2,))
    *_, last = walk(PATH, MixtureDenoiser(PRIOR, PATH), data, times, noise=noise)
    return list(last.x.double().reshape(len(strengths), count, 2))


def level(steps: int, strength: float) -> tuple[float, float]:
    """alpha and sigma of the time from which a strength is brought back."""
    times = time_grid(PATH, steps)
    t = times[joined_at(PATH, times, (strength,))[0]]
    return float(PATH.alpha(t)), float(PATH.sigma(t))


def test_the_mean_by_the_sde_is_that_of_the_exact_posterior() -> None:
    """E x0 given x_t is linear, so each ancestral move keeps the mean exact, however few they are: no limit is taken.

    With K = αC(α²C + σ²)⁻¹ a place p comes back to m + K·α(p − m) in the mean over the noise.
    """
    count, steps, strengths = 20_000, 12, (0.0, 0.25, 0.5, 1.0)
    for strength, found in zip(strengths, ends(DDPM(), steps, strengths, count), strict=True):
        alpha, sigma = level(steps, strength)
        for k, (spread, mean) in enumerate(zip(SPREAD, MEAN, strict=True)):
            gain = alpha * spread / (alpha**2 * spread + sigma**2)
            exact = mean + gain * alpha * (float(PLACE[k]) - mean)
            error = float(found[:, k].std()) / count**0.5
            assert abs(float(found[:, k].mean()) - exact) <= 4.5 * error + 1e-5, (strength, k)
    assert (ends(DDPM(), steps, (0.0,), 3)[0] == PLACE).all(), "no strength moves nothing"


def test_the_ode_only_scales_each_direction() -> None:
    """x0 = m + (C/(α²C + σ²))^(1/2)·(x_t − αm), from each x_t by itself: many moves come near to it."""
    count, steps = 50, 400
    eps = Noise(tuple(range(count)), (2,)).initial().double()
    (found,) = ends(DDIM(), steps, (0.5,), count)
    alpha, sigma = level(steps, 0.5)
    spread, mean = torch.tensor(SPREAD).double(), torch.tensor(MEAN).double()
    exact = mean + (spread / (alpha**2 * spread + sigma**2)).sqrt() * (alpha * (PLACE - mean) + sigma * eps)
    torch.testing.assert_close(found, exact, rtol=0, atol=0.02)


def walked(start: int = 0, x: torch.Tensor | None = None) -> list[Step]:
    times, data = time_grid(PATH, 10), torch.tensor([[2.0, 3.0], [0.0, 1.0]])
    walk = Projection(inner=Staggered(inner=DDPM(), data=data, joins=joined_at(PATH, times, (0.3, 0.7))))
    return list(walk(PATH, MixtureDenoiser(PRIOR, PATH), data if x is None else x, times, noise=Noise((4, 4), (2,)),
                     start=start))


def test_it_begins_at_the_points_and_is_the_walk_of_edit_from_there() -> None:
    times, data = time_grid(PATH, 10), torch.tensor([[2.0, 3.0], [0.0, 1.0]])
    whole = walked()
    assert torch.equal(whole[0].x, data)
    assert [step.index for step in whole] == list(range(whole[0].total + 1))
    for row, strength in enumerate((0.3, 0.7)):
        noise = Noise((4,), (2,))
        x, first = sdedit_start(PATH, times, data[row:row + 1], strength, noise)
        *_, alone = DDPM()(PATH, MixtureDenoiser(PRIOR, PATH), x, times, noise=noise, start=first)
        assert torch.equal(alone.x[0], whole[-1].x[row])
    assert whole[-1].nfe == 7, "of ten moves the stronger makes seven"


@pytest.mark.parametrize("start", [1, 3, 6])
def test_it_goes_on_from_every_step(start: int) -> None:
    whole = walked()
    assert torch.equal(walked(start, whole[start].x)[-1].x, whole[-1].x)


def test_the_task_tells_how_far_points_went(tmp_path: Folder) -> None:
    chosen = options_of(Recipe("project-points", {"places": "2 2, -2 1", "count": 4, "strengths": [0, 50], "steps": 8}))
    found = list(task("project-points").run(chosen, context(tmp_path)))
    (first, *_) = [event.step for event in found if isinstance(event, Stepped)]
    assert first.x.tolist() == [[2, 2], [-2, 1]] * 4
    (end,) = [event.samples for event in found if isinstance(event, Sampled)]
    assert end[:4].tolist() == [[2, 2], [-2, 1]] * 2, "strength 0 leaves the points"
    (figures,) = [event.values for event in found if isinstance(event, Measured)]
    moved = torch.as_tensor(end[4:]).double() - first.x[:4].double()
    assert figures["moved"] == pytest.approx(float((moved.square().sum() / 8).sqrt()), rel=1e-6)
    assert figures["gained"] > 0
    assert any("strengths 0, 0.5" in event.sentence for event in found if isinstance(event, Noted))


def test_points_are_moved_away_by_what_is_asked() -> None:
    chosen = options_of(Recipe("project-points", {"away": 0.7, "count": 5}))
    data = chosen.data  # type: ignore[attr-defined]
    away = chosen.begun(data, None) - data.sample(5, 7)  # type: ignore[attr-defined]
    torch.testing.assert_close(away.norm(dim=1), torch.full((5,), 0.7).double())


@pytest.mark.parametrize("places", ["1", "1 2 3", "a b", "1 nan"])
def test_places_that_are_none_are_refused(places: str) -> None:
    chosen = options_of(Recipe("project-points", {"places": places}))
    with pytest.raises(BadOption, match="no place of 2 numbers"):
        task("project-points").check(chosen, {}, None)
