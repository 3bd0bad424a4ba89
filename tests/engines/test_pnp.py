"""Plug-and-play against its own equations for a Gaussian prior, and its fixed point: the most likely value."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser, gaussian
from engines.checks.oracle_claims import resume_gap
from engines.component import as_recorded
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement
from engines.inverse.pnp import PlugAndPlay, Splitting
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import time_grid
from engines.recipe import Recipe
from engines.samplers.base import Step
from engines.samplers.ddpm import DDPM
from engines.tasks.base import options_of
from engines.tasks.restore import RestoreOptions
from tests.engines.test_inverse import NETWORK, NOISE, PATH, TIMES, painted
from tests.engines.walked import PATHS, terms_add_up, tilted

A = tilted()
Y = torch.tensor([[0.3, -0.4, 1.0]], dtype=torch.float64)
EYE = torch.eye(5, dtype=torch.float64)


def prior() -> Mixture:
    root = torch.randn(5, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64) / 2
    return gaussian(torch.arange(5.0) / 5, root @ root.T + 0.1 * EYE)


def walked(walk: Splitting, path: Path, iterations: int) -> list[Step]:
    noise = Noise(sample_seeds(0, 1), (5,), dtype=torch.float64)
    start, times = path.initial(noise.initial()), time_grid(path, iterations)
    return list(walk(path, MixtureDenoiser(prior(), path), start, times, noise=noise))


def splitting(path: Path, **chosen: float) -> Splitting:
    options = {"weight": 0.23, "noise_level": 0.3, "most": 2.0, "least": 0.3} | chosen
    return Splitting(path=path, measurement=Measurement(A, Y, options["noise_level"]), **options)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_iterations_are_the_papers(path: Path) -> None:
    """Proximal maps of misfit and prior in turn, as dense systems, at levels that fall by equal factors."""
    walk = splitting(path)
    steps = walked(walk, path, 8)
    data, x = prior(), torch.zeros(5, dtype=torch.float64)
    mean, precision = data.means[0], torch.linalg.inv(data.covariances[0])
    for k, level in enumerate(2.0 * (0.3 / 2.0) ** (torch.arange(8, dtype=torch.float64) / 7)):
        weight = 0.23 * 0.3**2 / level**2
        z = torch.linalg.solve(A.rows.T @ A.rows + weight * EYE, A.rows.T @ Y[0] + weight * x)
        x = torch.linalg.solve(EYE / level**2 + precision, z / level**2 + precision @ mean)
        t = torch.tensor(steps[k + 1].t, dtype=torch.float64)
        assert float(path.kappa(t)) == pytest.approx(float(level), rel=1e-6)
        torch.testing.assert_close(steps[k + 1].x[0], path.alpha(t) * z, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(steps[k + 1].x0[0], x, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(steps[-1].x, steps[-2].x0)
    assert [step.nfe for step in steps] == [0, *range(1, 9), 8]
    terms_add_up(steps)


@pytest.mark.parametrize("weight", [0.23, 1.0])
def test_the_fixed_point_at_one_level(weight: float) -> None:
    """The minimum over x and z of ‖A z − y‖²/(2σ_y²) + λ‖z − x‖²/(2κ²) − λ log p(x)."""
    found = walked(splitting(PATH, weight=weight, most=0.4, least=0.4), PATH, 400)[-1].x[0]
    mean, precision = prior().means[0], torch.linalg.inv(prior().covariances[0])
    joint = torch.cat([torch.cat([A.rows.T @ A.rows / 0.09 + weight / 0.16 * EYE, -weight / 0.16 * EYE], 1),
                       torch.cat([-EYE / 0.16, EYE / 0.16 + precision], 1)])
    exact: Tensor = torch.linalg.solve(joint, torch.cat([A.rows.T @ Y[0] / 0.09, precision @ mean]))[5:]
    torch.testing.assert_close(found, exact, rtol=1e-4, atol=1e-4)


def test_at_small_levels_it_nears_the_most_likely_value() -> None:
    """Which is the posterior's mean, for a Gaussian prior; what is left falls with the square of the level."""
    exact = prior().posterior(A.rows, Y[0], 0.3).mean()
    gaps = [float((walked(splitting(PATH, weight=1.0, most=0.4, least=least), PATH, 700)[-1].x[0] - exact).norm())
            for least in (0.2, 0.1)]
    assert gaps[0] < 0.3
    assert gaps[1] == pytest.approx(gaps[0] / 4, rel=0.25)


def test_levels_go_from_the_first_noise_to_that_of_the_measurement() -> None:
    _, walk = PlugAndPlay().posterior(PATH, NETWORK, DDPM(), Measurement(A, Y, 0.1))
    assert isinstance(walk, Splitting)
    assert walk.levels(TIMES)[[0, -1]].tolist() == pytest.approx([255 / 127.5, 0.5 * 0.1])
    _, walk = PlugAndPlay(last=1).posterior(PATH, NETWORK, DDPM(), Measurement(A, Y, 0.1))
    assert isinstance(walk, Splitting)
    assert float(walk.levels(TIMES)[-1]) == pytest.approx(0.1)
    _, exact = PlugAndPlay().posterior(PATH, NETWORK, DDPM(), Measurement(A, Y))
    assert isinstance(exact, Splitting)
    assert float(exact.levels(TIMES)[-1]) == pytest.approx(0.001)
    _, noisy = PlugAndPlay(most=49, last=1).posterior(PATH, NETWORK, DDPM(), Measurement(A, Y, 0.5))
    assert isinstance(noisy, Splitting)
    assert noisy.levels(TIMES).tolist() == pytest.approx([0.5] * 12)
    assert noisy.levels(time_grid(PATH, 1)).tolist() == pytest.approx([0.5])


def test_a_walk_through_a_network() -> None:
    """All samples end alike; evaluations are told beforehand; guidance is a term; it resumes bit for bit."""
    denoiser, walk = PlugAndPlay().posterior(PATH, NETWORK, DDPM(), painted())
    steps = list(walk(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE))
    torch.testing.assert_close(steps[-1].x[0], steps[-1].x[1], rtol=1e-4, atol=1e-5)
    assert [step.t for step in steps] == walk.visited(TIMES).tolist()
    assert len(steps) == walk.steps(TIMES) + 1
    assert steps[-1].nfe == walk.evaluations(TIMES) == PlugAndPlay().evaluations(PATH, DDPM(), TIMES) == 12
    assert resume_gap(walk, denoiser, PATH) == 0
    guided, labels = ClassifierFree(NETWORK, 3.0), torch.tensor([0, 1])
    steps = list(walk(PATH, guided, NOISE.initial(), TIMES, noise=NOISE, cond=labels))
    assert float(steps[3].terms["guidance"].min()) > 0
    assert steps[-1].nfe == 24
    terms_add_up(steps)


def test_what_was_recorded_before_the_last_noise_was_an_option_took_off_all_of_it() -> None:
    """The program writes down every option, so that one without it is of then; who names none means those of now."""
    then: dict[str, object] = {"name": "pnp", "weight": 0.23, "most": 255.0}
    run = options_of(Recipe("restore", {"method": then}, backend={"device": "cpu"}))
    assert isinstance(run, RestoreOptions)
    assert run.method == PlugAndPlay(weight=0.23, last=1.0)
    assert as_recorded(RestoreOptions, {"method": then}, saved=True)["method"] == {**then, "last": 1.0}
    plain = options_of(Recipe("restore", {"method": {"name": "pnp"}}))
    assert isinstance(plain, RestoreOptions)
    assert plain.method == PlugAndPlay()
    assert as_recorded(RestoreOptions, {"method": {"name": "pnp"}}, saved=True)["method"] == {"name": "pnp"}
