"""Each claim on samplers fails where a sampler is wrong in just that; a new sampler is measured without being named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks import oracle_claims, sampler_claims
from engines.checks.claim import Statement, measured
from engines.checks.closed_form import Law, last, probed
from engines.checks.measures import kolmogorov_smirnov
from engines.checks.oracle_claims import COUNT, blob, blobs, gaussian_claims, identity_claims, mixture_claims
from engines.checks.sampler_claims import chain_claims, flowed, law_claims, order_claims
from engines.denoiser import Denoiser
from engines.process.noise import Noise
from engines.process.paths import Path, paths
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers import dopri5
from engines.samplers.annealed_langevin import AnnealedLangevin
from engines.samplers.base import Sampler, Step
from engines.samplers.ddpm import DDPM
from engines.samplers.dopri5 import DormandPrince
from engines.samplers.dpmpp import DPMSolverPP
from engines.samplers.edm import EDM
from engines.samplers.euler import Euler
from engines.samplers.euler_maruyama import EulerMaruyama
from engines.samplers.heun import Heun
from engines.samplers.langevin import Langevin
from engines.samplers.plms import PLMS
from engines.samplers.predictor_corrector import PredictorCorrector
from engines.samplers.rk4 import RungeKutta4
from engines.samplers.split import Split
from engines.samplers.walk import Walk


class _Leaning(Heun):
    """Its two slopes are not weighed alike, so that it is of order 1."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        here = walk.read(x, t).eps
        return walk.carry(x, t, s, 0.4 * here + 0.6 * walk.read(walk.carry(x, t, s, here), s).eps)


class _Boasting(Euler):
    """Of order 1, and says 2."""

    order: ClassVar[int] = 2


class _Silent(Euler):
    """Draws nothing, and says no order."""

    order: ClassVar[int] = 0


class _Elsewhere(RungeKutta4):
    """Of order 4, to the end of another flow: the slope is too large by a thousandth."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        return x + 1.001 * (super().step(walk, x, t, s) - x)


class _Forgetful(PLMS):
    """Weighs the past as though there had been three steps, whatever there was."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        here = walk.read(x, t).eps
        return walk.carry(x, t, s, 0.5 * (here + walk.past[0].eps) if walk.past else here)


class _Quiet(EulerMaruyama):
    """The drift of the SDE with half of its noise."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        moved = super().step(walk, x, t, s)
        fresh = moved.parts.get("noise")  # none at the data
        return moved if fresh is None else moved - 0.5 * Split(fresh)


class _OnceTooOften(PredictorCorrector):
    """All of its draws in one step are the same one."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        fresh = walk.fresh(1.0)
        moved = EulerMaruyama.step(self, walk, x, t, s)
        h = 2 * self.snr**2 * walk.path.sigma(s).square()
        return moved + h * walk.read(moved, s).score + (2 * h).sqrt() * fresh if s > 0 else moved


class _Late(DDPM):
    """Right at the end, and on its way shows states that are wider than those of its time."""

    def __call__(self, *args: object, **options: object) -> Iterator[Step]:
        for step in super().__call__(*args, **options):  # type: ignore[arg-type]
            yield replace(step, x=1.3 * step.x) if step.t > 0 else step


class _VarianceKept(Euler):
    """Takes sqrt(1 − alpha²) for sigma, which holds where the variance is preserved alone."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        level, after = ((1 - walk.path.abar(u)).clamp(min=0).sqrt() / walk.path.alpha(u) for u in (t, s))
        ahead = walk.path.alpha(s) * (after - level)
        return walk.path.alpha(s) / walk.path.alpha(t) * x + ahead * walk.read(x, t).eps


class _Alike(EDM):
    """Half of the noise that it should add."""

    inflate: float = 0.5


class _RootOfStep(Langevin):
    """Noise of size sqrt(h), which goes with a drift of h/2."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        moved = super().step(walk, x, t, s)
        return moved - (1 - 0.5**0.5) * Split(moved.parts["noise"]) if s > 0 else moved


class _Unscaled(AnnealedLangevin):
    """Takes x over to the next level as it is, and not x/alpha."""

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        moved = super().step(walk, x, t, s)
        return float(walk.path.alpha(t) / walk.path.alpha(s)) * moved if s > 0 else moved


class _UnitStart(AnnealedLangevin):
    """Begins with noise of unit size, which the path has not even at its end."""

    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, **options: Any) -> Iterator[Step]:
        return super().__call__(path, denoiser, x / path.sigma(times[0]), times, **options)


class _Forgotten(DPMSolverPP):
    """Hands nothing on to whoever resumes its runs."""

    def __call__(self, *args: object, **options: object) -> Iterator[object]:
        return super().__call__(*args, **{**options, "past": ()})  # type: ignore[arg-type]


def failed(claims: Iterable[Statement]) -> set[str]:
    """What the claims that do not hold say."""
    return {claim.name.partition(": ")[2] for claim in measured(claims) if not claim.ok}


@pytest.mark.parametrize("kind", [_Leaning, _Boasting, _Silent, _Elsewhere, _Forgetful])
def test_a_wrong_order_is_found_out(kind: type[Sampler], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler_claims, "samplers", lambda: {"wrong": kind})
    assert failed(order_claims(VPCosine())) == {"order of convergence to the flow of a mixture"}


@pytest.mark.parametrize(("name", "right"), [("vp-linear", True), ("vp-cosine", True), ("sub-vp", False),
                                             ("straight", False), ("ve", False)])
def test_a_sampler_of_some_paths_alone_is_found_out_on_the_others(name: str, right: bool,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler_claims, "samplers", lambda: {"wrong": _VarianceKept})
    assert bool(failed(order_claims(paths()[name]()))) is not right


@pytest.mark.parametrize("stage", range(2, 7))
def test_a_wrong_number_of_dormand_prince_is_found_out(stage: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = dopri5.STAGES[stage]
    stages = (*dopri5.STAGES[:stage], (first + 1e-3, *others[:-1], others[-1] - 1e-3), *dopri5.STAGES[stage + 1:])
    monkeypatch.setattr(dopri5, "STAGES", stages)
    monkeypatch.setattr(sampler_claims, "samplers", lambda: {"dopri5": DormandPrince})
    assert failed(order_claims(VPCosine()))


def test_what_draws_noise_has_no_order_and_what_is_inexact_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler_claims, "samplers", lambda: {"a": EulerMaruyama, "b": Langevin})
    assert not list(order_claims(VPCosine()))


@pytest.mark.parametrize("kind", [_Quiet, _Alike])
def test_a_wrong_sde_is_found_out(kind: type[Sampler], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler_claims, "exact_samplers", lambda: {"wrong": kind()})
    assert failed(law_claims()) == {"distribution by the SDE at t = 0.2 and of the noisy data",
                                    "distribution by the SDE and of the data", "distribution by the SDE and by the ODE"}


def test_an_sde_that_is_wrong_on_its_way_alone_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler_claims, "exact_samplers", lambda: {"wrong": _Late()})
    assert failed(law_claims()) == {"distribution by the SDE at t = 0.2 and of the noisy data"}


@pytest.mark.parametrize(("kind", "claims", "expected"), [
    (_Quiet, gaussian_claims, "covariance at 1,000 steps is the data's"),
    (_OnceTooOften, gaussian_claims, "covariance at 1,000 steps is the data's"),
    (_Quiet, mixture_claims, "covariance of a mixture"),
    (_Forgotten, identity_claims, "resumed at any step, bit for bit"),
])
def test_a_wrong_sampler_is_found_out_by_the_claims_of_all(kind: type[Sampler], expected: str,
                                                           claims: Callable[[], Iterator[Statement]],
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle_claims, "exact_samplers", lambda: {"wrong": kind()})
    assert expected in failed(claims())


def test_a_langevin_chain_may_end_with_its_own_law() -> None:
    """Small steps keep the law of the noisy data at the level, and the formula says no more than the chain."""
    path, data, chain = VPCosine(), blob(), Langevin(size=0.05, finish=False)
    times = time_grid(path, 2000)
    level = torch.tensor(chain.level * path.t_max, dtype=torch.float64)
    assert float(chain.visited(times)[-1]) == pytest.approx(float(level))
    found, alpha = probed(chain, path, times, data).law, path.alpha(level)
    spread = alpha.square() * data.covariances[0] + path.sigma(level).square() * torch.eye(2, dtype=torch.float64)
    assert found.gap(Law(alpha * data.means[0], spread)) < 0.03
    assert probed(Langevin(size=0.05), path, times, data).law.gap(found) > 0.1
    assert len(chain.lines()) == 1
    assert len(Langevin().lines()) == 2


def test_a_chain_that_ends_above_the_data_shows_the_estimate_there() -> None:
    """Beside the noisy state that is its result; asked for show, it is no evaluation of the run."""
    path, denoiser, noise = VPCosine(), MixtureDenoiser(blobs(), VPCosine()), Noise((0, 1), (2,), dtype=torch.float64)
    *_, before, end = Langevin(finish=False)(path, denoiser, noise.initial(), time_grid(path, 5), noise=noise)
    expected = denoiser(end.x, torch.tensor(end.t, dtype=torch.float64))
    assert end.t > 0.19
    assert torch.equal(end.x0, expected)
    assert not torch.equal(end.x0, end.x)
    assert end.nfe == before.nfe == 5
    finished = last(Langevin()(path, denoiser, noise.initial(), time_grid(path, 5), noise=noise))
    assert torch.equal(finished.x0, finished.x)


@pytest.mark.parametrize(("name", "kind"), [("Langevin", _RootOfStep), ("AnnealedLangevin", _Unscaled)])
def test_a_wrong_chain_is_found_out(name: str, kind: type[Sampler], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler_claims, name, kind)
    wrong = [claim for claim in measured(chain_claims()) if not claim.ok]
    assert {claim.name.partition(",")[0] for claim in wrong} == {kind.__mro__[1].name}


def test_a_chain_that_begins_otherwise_is_found_out_where_it_has_not_forgotten_that(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler_claims, "AnnealedLangevin", _UnitStart)
    assert failed(chain_claims()) == {"the law of its chain at 2 levels"}


def test_the_reference_flow_agrees_with_an_independent_one() -> None:
    """Of one Gaussian in closed form; half-way is twice half of the way."""
    path, data = VPCosine(), blobs()
    x = torch.tensor([[0.3, -1.0], [2.0, 0.1]], dtype=torch.float64)
    t, m, s = (torch.tensor(at, dtype=torch.float64) for at in (0.8, 0.5, 0.2))
    torch.testing.assert_close(flowed(path, data, flowed(path, data, x, t, m), m, s), flowed(path, data, x, t, s),
                               rtol=0, atol=1e-10)
    point = Mixture(torch.ones(1), torch.zeros(1, 2), torch.zeros(1, 2, 2))
    ratio = path.sigma(s) / path.sigma(t)
    torch.testing.assert_close(flowed(path, point, x, t, s), ratio * x, rtol=0, atol=1e-9)


def test_distributions_are_told_apart_by_mean_spread_and_weights() -> None:
    data = blobs()
    one = data.sample(COUNT, seed=5)
    assert kolmogorov_smirnov(one, data.sample(COUNT, seed=6)) < 0.04
    others = (one + 0.15, 1.25 * one, Mixture(torch.tensor([0.4, 0.6]), data.means, data.covariances).sample(COUNT))
    assert all(kolmogorov_smirnov(one, other) > 0.055 for other in others)
