"""Samplers: coefficients, steps and their terms, stopping, and resuming."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path as FilePath

import pytest
import torch

import engines.samplers
from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blob, blobs, last, small_network
from engines.component import build
from engines.denoiser import Denoised, Denoiser, NetworkDenoiser
from engines.guidance.cfg import ClassifierFree
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import paths
from engines.process.prediction import V
from engines.process.times import grids, time_grid
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.base import OneStep, samplers
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM, Variance
from engines.samplers.heun import Heun
from engines.sampling import Plan, opened
from tests.engines.test_formula import unexplained

PATH = VPLinear()
TIMES = time_grid(PATH, 8)
NOISE = Noise(sample_seeds(0, 3), (2,), dtype=torch.float64)
VARIANTS = (DDPM(), DDPM(variance=Variance.BETA), DDIM(), DDIM(eta=0.5), DDIM(eta=1.0))
ADDED = tuple(kind() for kind in samplers().values() if issubclass(kind, OneStep) and kind() not in VARIANTS)


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("sampler", [v for v in VARIANTS if v != DDPM(variance=Variance.BETA)], ids=str)
def test_moves_keep_the_marginals_of_a_known_point(name: str, sampler: OneStep) -> None:
    """If x0_hat is the true x0, x_s has mean alpha_s x0 and variance sigma_s²: (keep alpha_t + pull) and so on."""
    path = paths()[name]()
    for t, s in pairwise(time_grid(path, 9)):
        move = sampler.move(path, t, s)
        assert float(move.keep * path.alpha(t) + move.pull) == pytest.approx(float(path.alpha(s)), abs=1e-12)
        variance = move.keep.square() * path.sigma(t).square() + move.noise.square()
        assert float(variance) == pytest.approx(float(path.sigma(s).square()), abs=1e-12)


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("sampler", VARIANTS + ADDED, ids=str)
def test_all_moves_of_a_run_at_once_are_its_moves_one_by_one(name: str, sampler: OneStep) -> None:
    path = paths()[name]()
    for grid in grids().values():
        times = time_grid(path, 9, grid())
        moves = sampler.move(path, times[:-1], times[1:])
        for i, (t, s) in enumerate(pairwise(times)):
            one = sampler.move(path, t, s)
            for had, expected in ((moves[i].keep, one.keep), (moves[i].pull, one.pull), (moves[i].noise, one.noise)):
                torch.testing.assert_close(had, expected, rtol=1e-12, atol=1e-15)


def test_ddpm_is_ddim_with_eta_one() -> None:
    for t, s in pairwise(TIMES):
        a, b = DDPM().move(PATH, t, s), DDIM(eta=1.0).move(PATH, t, s)
        torch.testing.assert_close(torch.stack([a.keep, a.pull, a.noise]), torch.stack([b.keep, b.pull, b.noise]))


def test_beta_tilde_is_the_posterior_variance() -> None:
    """1/beta_tilde = alpha²_{t|s}/beta + 1/sigma_s² (product of two Gaussians); beta is larger; none at the end."""
    for t, s in list(pairwise(TIMES))[:-1]:
        factor, beta = PATH.transition(s, t)
        tilde = DDPM().move(PATH, t, s).noise.square()
        assert float(1 / tilde) == pytest.approx(float(factor.square() / beta + 1 / PATH.sigma(s).square()), rel=1e-9)
        assert float(DDPM(variance=Variance.BETA).move(PATH, t, s).noise.square()) == pytest.approx(float(beta))
        assert tilde < beta
    for sampler in VARIANTS:
        assert float(sampler.move(PATH, TIMES[-2], TIMES[-1]).noise) == 0


@pytest.mark.parametrize("sampler", VARIANTS, ids=str)
def test_steps_tell_the_whole_run(sampler: OneStep) -> None:
    """Indices, times, evaluations; the last state is the last x0_hat; no tensor is changed after it was yielded."""
    steps, copies = [], []
    for step in sampler(PATH, MixtureDenoiser(blob(), PATH), NOISE.initial(), TIMES, noise=NOISE):
        steps.append(step)
        copies.append(step.x.clone())
    assert [s.index for s in steps] == list(range(9))
    assert [s.t for s in steps] == TIMES.tolist() == sampler.visited(TIMES).tolist()
    assert [s.nfe for s in steps] == [1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert {s.total for s in steps} == {8} == {sampler.steps(TIMES)}
    torch.testing.assert_close(steps[-1].x, steps[-2].x0)
    assert all(torch.equal(s.x, copy) for s, copy in zip(steps, copies, strict=True))


@pytest.mark.parametrize("sampler", VARIANTS, ids=str)
def test_terms_are_what_moved_the_state(sampler: OneStep) -> None:
    for now, after in pairwise(sampler(PATH, MixtureDenoiser(blob(), PATH), NOISE.initial(), TIMES, noise=NOISE)):
        move = sampler.move(PATH, TIMES[now.index], TIMES[now.index + 1])
        prior = (move.keep - 1) * now.x + move.pull * now.x0
        torch.testing.assert_close(now.terms["prior"], prior.norm(dim=1))
        torch.testing.assert_close(now.terms["noise"], (after.x - now.x - prior).norm(dim=1), rtol=0, atol=1e-12)


def test_resumed_runs_count_on() -> None:
    """Every later Step is the same, evaluations included, also with guidance that doubles them."""
    prior = MixtureDenoiser(blobs(), PATH)
    for denoiser in (prior, ClassifierFree(prior, 2.0)):
        cond = torch.tensor([0, 1, -1])
        whole = list(DDIM(eta=0.5)(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE, cond=cond))
        rest = list(DDIM(eta=0.5)(PATH, denoiser, whole[5].x, TIMES, noise=NOISE, cond=cond, start=5))
        assert [(s.index, s.nfe) for s in rest] == [(s.index, s.nfe) for s in whole[5:]]
        assert all(torch.equal(a.x, b.x) and torch.equal(a.x0, b.x0) for a, b in zip(rest, whole[5:], strict=True))


def test_starting_at_the_end_yields_the_result() -> None:
    (only,) = DDPM()(PATH, MixtureDenoiser(blob(), PATH), NOISE.initial(), TIMES, noise=NOISE, start=8)
    assert only.index == only.total == 8
    assert torch.equal(only.x, NOISE.initial())


class _Counting(Denoiser):
    """Counts its calls."""

    def __init__(self) -> None:
        self.count = 0

    def denoise(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> Denoised:
        self.count += 1
        return Denoised(0 * x)


def test_nothing_runs_ahead_and_closing_stops() -> None:
    denoiser = _Counting()
    run = DDIM()(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE)
    assert denoiser.count == 0
    next(run)
    next(run)
    assert denoiser.count == 2
    run.close()
    assert denoiser.count == 2


def test_a_run_asks_its_path_once_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it costs is as much as a small network: Heun would else ask eight times a step."""
    asked, kappa = list[float](), VPLinear.kappa

    def heard(path: VPLinear, t: torch.Tensor) -> torch.Tensor:
        asked.append(float(t))
        return kappa(path, t)

    monkeypatch.setattr(VPLinear, "kappa", heard)
    list(Heun()(PATH, MixtureDenoiser(blobs(), PATH), NOISE.initial(), TIMES, noise=NOISE))
    assert sorted(asked, reverse=True) == TIMES.tolist()


def test_gradients_stay_on_outside_and_off_inside() -> None:
    """no_grad must hold within the generator only, while it is suspended too."""
    path = VPCosine()
    run = DDIM()(path, NetworkDenoiser(small_network(), path, V()), torch.zeros(1, 1, 8, 8),
                 time_grid(path, 3), noise=Noise((0,), (1, 8, 8)))
    step = next(run)
    assert torch.is_grad_enabled()
    assert not step.x0.requires_grad
    assert not step.x0.is_inference()
    run.close()


@pytest.mark.parametrize("batch", [1, 4])
def test_images_are_the_same_in_any_batch(batch: int) -> None:
    path = VPCosine()
    prior = NetworkDenoiser(small_network(), path, V())
    ends = [last(DDPM()(path, prior, n.initial(), time_grid(path, 20), noise=n)).x
            for n in (Noise(sample_seeds(3, b), (1, 8, 8)) for b in (batch, 16))]
    torch.testing.assert_close(ends[0], ends[1][:batch], rtol=0, atol=1e-4)


PAGE = FilePath(__file__).parents[2] / "docs" / "architecture.md"


@pytest.fixture
def described() -> Iterator[FilePath]:
    """The sampler that docs/architecture.md shows, in one new file that is removed whatever happens."""
    file = FilePath(engines.samplers.__path__[0]) / "half_ddim_of_a_test.py"
    file.write_text(PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0], encoding="utf-8")
    yield file
    file.unlink(missing_ok=True)


def _names() -> list[str]:
    """The samplers that a fresh process finds."""
    line = "from engines.samplers.base import samplers; print(*samplers())"
    done = subprocess.run([sys.executable, "-B", "-c", line], capture_output=True, text=True, check=True,
                          cwd=FilePath(engines.samplers.__path__[0]).parents[1])
    return done.stdout.split()


def test_a_sampler_added_in_one_file_is_found_and_gone_with_it(described: FilePath) -> None:
    assert "half-ddim" in _names()
    described.unlink()
    assert "half-ddim" not in _names()
    assert {"ddpm", "ddim"} <= set(samplers())


def _described(described: FilePath) -> type[OneStep]:
    spec = spec_from_file_location("half_ddim_of_a_test", described)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.HalfDDIM


def test_the_described_sampler_keeps_the_marginals(described: FilePath) -> None:
    sampler = build(_described(described), {"share": 0.7})
    for name in paths():
        test_moves_keep_the_marginals_of_a_known_point(name, sampler)
        test_all_moves_of_a_run_at_once_are_its_moves_one_by_one(name, sampler)


def test_the_letters_of_the_described_sampler_are_in_its_legend(described: FilePath) -> None:
    """A letter that no formula had before and the symbol of an option, told in the one file."""
    kind = _described(described)
    assert not unexplained(kind)
    prior = MixtureDenoiser(blob(), PATH)
    begun = opened(Plan("half", PATH, prior, kind(), TIMES, NOISE, (-1,) * 3, formulas=(kind(),)))
    told = {letter.latex: letter.meaning for letter in begun.letters}
    assert list(told)[:3] == ["x", "t", "s"]
    assert told[r"\tau"] == "the variance of fresh noise in DDPM"
    assert told[r"\lambda"] == "the option Share"
    assert told["v"] == "the variance of fresh noise"
