"""Claims on the posterior laboratory: ΠGDM is exact on Gaussian priors, and on mixtures the best leaves DPS behind."""
# torch tensors' cov carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from functools import cache, partial
from typing import TypeVar

import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.claim import Statement, stated
from engines.checks.oracle_claims import COUNT, end_of
from engines.data.points.mixtures import TiltedGaussian
from engines.inverse.base import InverseMethod
from engines.inverse.dps import DPS
from engines.inverse.pigdm import Covariance, PiGDM
from engines.inverse.tds import TDS
from engines.process.vp_cosine import VPCosine
from engines.samplers.dpmpp import DPMSolverPP
from engines.studies.laboratory_patches import Fitted, PatchPrior
from engines.studies.laboratory_prior import LaboratoryPrior, PlanePrior, Problem
from engines.studies.posterior_laboratory import Bench, PosteriorLaboratory

NOISE = 0.3
EXACT = PiGDM(covariance=Covariance.TWEEDIE, iterations=40)
ERRORS = 5.0  # standard errors that sampling may leave
HALF = 0.5  # of the distance of DPS
PATH = VPCosine()
V = TypeVar("V")


def claims() -> Iterator[Statement]:
    """Every claim here; about ten seconds on one core."""
    yield from gaussian_claims()
    yield from mixture_claims()


def gaussian_claims() -> Iterator[Statement]:
    """Moments of samples in the plane in standard errors, and the estimate itself in 64 dimensions."""
    plane = PlanePrior(data=TiltedGaussian())
    x = cache(partial(_sampled, plane))
    problem = cache(partial(_problem, plane))
    yield stated("pigdm on a Gaussian: error of the posterior mean, in standard errors", "inverse",
                 lambda: _mean_error(x(), problem()), 0, ERRORS)
    yield stated("pigdm on a Gaussian: error of the posterior covariance, in standard errors", "inverse",
                 lambda: _covariance_error(x(), problem()), 0, ERRORS)
    yield stated("pigdm on Gaussian patches: the estimate is that of the exact posterior", "inverse",
                 partial(_estimate_gap, PatchPrior(fitted=Fitted.GAUSSIAN)), 0, 1e-6)


def _problem(prior: LaboratoryPrior) -> Problem:
    return prior.problems(1, NOISE, 0)[0]


def _sampled(prior: LaboratoryPrior) -> Tensor:
    """Samples of ΠGDM with the covariance by Tweedie, (N, 2)."""
    denoiser, sampler = EXACT.posterior(PATH, MixtureDenoiser(prior.mixture(), PATH), DPMSolverPP(),
                                        _problem(prior).measurement)
    return end_of(sampler, denoiser, PATH, 100).x


def _mean_error(x: Tensor, problem: Problem) -> float:
    """The largest error of a coordinate's mean over its standard error."""
    off = (x.mean(0) - problem.exact.mean()).abs()
    return float((off / (problem.exact.covariance().diagonal() / COUNT).sqrt()).max())


def _covariance_error(x: Tensor, problem: Problem) -> float:
    """The largest error of an entry over its standard error, √((C_ii C_jj + C_ij²)/N) of normal samples."""
    exact = problem.exact.covariance()
    sizes = exact.diagonal()
    return float(((x.T.cov() - exact).abs() / ((sizes[:, None] * sizes + exact**2) / COUNT).sqrt()).max())


def _estimate_gap(prior: LaboratoryPrior) -> float:
    """The largest distance of ΠGDM's E[x0 | x_t, y] from that of the closed-form posterior, early and late."""
    problem, chance = _problem(prior), torch.Generator().manual_seed(0)
    denoiser, _ = EXACT.posterior(PATH, MixtureDenoiser(prior.mixture(), PATH), DPMSolverPP(), problem.measurement)
    exact, gaps = MixtureDenoiser(problem.exact, PATH), list[float]()
    for t in (torch.tensor(time, dtype=torch.float64) for time in (0.1, 0.5, 0.9)):
        n = torch.randn(4, *prior.shape(), generator=chance, dtype=torch.float64)
        x = PATH.alpha(t) * problem.truth + PATH.sigma(t) * n
        gaps.append(float((denoiser(x, t) - exact(x, t)).abs().max()))
    return max(gaps)


def mixture_claims() -> Iterator[Statement]:
    """The energy distance to the exact posterior over that of DPS with its published step."""
    for title, prior, best in (("two blobs", PlanePrior(), TDS()),
                               ("8×8 patches", PatchPrior(), PiGDM(covariance=Covariance.TWEEDIE))):
        yield stated(f"{title}: energy distance of {best.word()}, of that of DPS", "inverse",
                     partial(share, prior, best, DPS()), 0, HALF)


def share(prior: LaboratoryPrior, method: InverseMethod, rival: InverseMethod) -> float:
    """The energy distance of a method to the exact posterior of a problem over that of another one."""
    lab = PosteriorLaboratory(prior=prior, noise=NOISE, steps=40, draws=1, count=200)
    bench = Bench(lab, prior.problems(1, NOISE, 0), 0)
    near, far = (_value(bench.measured(one, 0, lab.steps))[0].figures.energy for one in (method, rival))
    return near / far if far > 0 else math.inf


def _value(work: Generator[object, None, V]) -> V:
    """What a generator comes to."""
    step: Callable[[], object] = partial(next, work)
    while True:
        try:
            step()
        except StopIteration as ended:
            return ended.value
