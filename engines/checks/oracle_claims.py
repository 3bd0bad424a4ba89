"""Claims on samplers, operators and inverse methods, measured against the analytic oracle."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache, partial

import torch
from torch import Tensor, nn

from engines.analytic import Mixture, MixtureDenoiser, gaussian
from engines.checks.claim import Statement, stated
from engines.checks.closed_form import Law, last, probed
from engines.checks.measures import gap
from engines.checks.papers import Blob, linear_abar, repaint_levels, repainted_law
from engines.denoiser import Denoiser, NetworkDenoiser
from engines.inverse.base import Measurement
from engines.inverse.dps import DPS
from engines.inverse.repaint import RePaint, Repainting
from engines.operators.base import LinearOperator, Operator, degradations
from engines.operators.mask import Mask, PaintedMask
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.prediction import V
from engines.process.shapes import expand
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.base import OneStep, Sampler, Step, samplers
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM, Variance
from engines.samplers.dpmpp import DPMSolverPP

KNOWN = -0.4  # the first coordinate, where it is measured
COUNT = 4000  # points: five standard errors of a unit variance are 0.08


def claims() -> Iterator[Statement]:
    """Every claim here, one after the other; about a minute on one core."""
    yield from gaussian_claims()
    yield from mixture_claims()
    yield from operator_claims()
    yield from repaint_claims()
    yield from dps_claims()
    yield from identity_claims()


def blob() -> Mixture:
    """A tilted Gaussian in the plane."""
    return gaussian(torch.tensor([0.6, -0.3]), torch.tensor([[0.5, 0.3], [0.3, 0.4]]))


def blobs() -> Mixture:
    """Two tilted Gaussians in the plane, 30 % and 70 %."""
    means = torch.tensor([[-1.0, 0.5], [1.0, -0.5]])
    covariances = torch.tensor([[[0.3, 0.2], [0.2, 0.3]], [[0.2, -0.1], [-0.1, 0.2]]])
    return Mixture(torch.tensor([0.3, 0.7]), means, covariances)


def as_written(data: Mixture) -> Blob:
    """One Gaussian as the papers' formulas take it."""
    return Blob(data.means[0], data.covariances[0])


def first_known(value: float) -> Measurement:
    """The first of two coordinates is known, without noise."""
    return Measurement(Mask(known=torch.tensor([1.0, 0.0])), torch.tensor([[value, 0.0]], dtype=torch.float64))


def exact_posterior(data: Mixture, measurement: Measurement) -> Mixture:
    """p(x0 | y) of a measurement that all samples share."""
    return data.posterior(measurement.linear.dense(), measurement.y[0].reshape(-1))


def end_of(sampler: Sampler, denoiser: Denoiser, path: Path, steps: int, seed: int = 0, count: int = COUNT) -> Step:
    """The last step of sampling `count` points of the plane in float64."""
    noise = Noise(sample_seeds(seed, count), (2,), dtype=torch.float64)
    return last(sampler(path, denoiser, path.initial(noise.initial()), time_grid(path, steps), noise=noise))


def exact_samplers() -> dict[str, Sampler]:
    """What is measured, by title: every registered sampler that is exact in many steps, and what options change."""
    plain = {name: kind() for name, kind in samplers().items() if kind.exact}
    chosen = {"ddpm (beta)": DDPM(variance=Variance.BETA), "ddim (eta 0.5)": DDIM(eta=0.5),
              "dpm++2m (fresh noise)": DPMSolverPP(noisy=True)}
    return {**plain, **chosen}


def gaussian_claims() -> Iterator[Statement]:
    """Mean and covariance of Gaussian samples: with real noise as with ideal one, and the data's at many steps."""
    for title, sampler in exact_samplers().items():
        yield from _gaussian_claims(title, sampler)


def _gaussian_claims(title: str, sampler: Sampler) -> Iterator[Statement]:
    path, data = VPCosine(), blob()
    x = cache(lambda: end_of(sampler, MixtureDenoiser(data, path), path, 40).x)
    law, limit = (cache(partial(_law, sampler, path, data, steps)) for steps in (40, 1000))
    # five standard errors of a mean, and of a variance, over COUNT samples
    error = 5 / math.sqrt(COUNT)
    yield stated(f"{title}: mean of Gaussian samples", "sampler", lambda: gap(x().mean(0), law().mean), 0, error)
    yield stated(f"{title}: covariance of Gaussian samples", "sampler",
                 lambda: gap(x().T.cov(), law().covariance), 0, error)
    yield stated(f"{title}: covariance at 1,000 steps is the data's", "sampler",
                 lambda: gap(limit().covariance, data.covariance()), 0, 5e-3)


def _law(sampler: Sampler, path: Path, data: Mixture, steps: int) -> Law:
    """The law of its result with ideal noise."""
    return probed(sampler, path, time_grid(path, steps), data).law


def mixture_claims() -> Iterator[Statement]:
    """Weights of the modes of a mixture, its mean, and the spread within and between them."""
    for title, sampler in exact_samplers().items():
        yield from _mixture_claims(title, sampler)


def _mixture_claims(title: str, sampler: Sampler) -> Iterator[Statement]:
    path, data = VPLinear(), blobs()
    x = cache(lambda: end_of(sampler, MixtureDenoiser(data, path), path, 200).x)
    # five standard errors of a share of 0.3, and of a mean with the mixture's variance of about 1.1
    yield stated(f"{title}: weight of a mode", "sampler", lambda: float(data.responsibilities(x())[:, 0].mean()),
                 0.3, 0.036)
    yield stated(f"{title}: mean of a mixture", "sampler", lambda: gap(x().mean(0), data.mean()), 0, 0.083)
    yield stated(f"{title}: covariance of a mixture", "sampler", lambda: gap(x().T.cov(), data.covariance()), 0, 0.1)


def operator_claims() -> Iterator[Statement]:
    """<A x, y> = <x, Aᵀ y> and A A⁺ A = A for every registered operator."""
    for name, kind in degradations().items():
        yield from _operator_claims(name, kind.example((3, 8, 8), seed=1))


def _operator_claims(name: str, a: Operator) -> Iterator[Statement]:
    """Of one that is not linear and can be undone, that its pseudo-inverse is a sample that is measured as it was."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, *a.shape_in, generator=generator, dtype=torch.float64)
    if isinstance(a, LinearOperator):
        yield from _adjoint_claim(name, a, x, torch.randn(4, *a.shape_out, generator=generator, dtype=torch.float64))
    # conjugate gradients stop within a millionth
    limit = 1e-5 if isinstance(a, LinearOperator) and a.spectrum() is None else 1e-9
    if a.consistent:
        yield stated(f"{name}: pseudo-inverse", "operator",
                     lambda: gap(a.forward(a.pinv(a.forward(x))), a.forward(x)), 0, limit)


def _adjoint_claim(name: str, a: LinearOperator, x: Tensor, y: Tensor) -> Iterator[Statement]:
    yield stated(f"{name}: adjoint", "operator", lambda: float((a.forward(x) * y).sum()),
                 lambda: float((x * a.adjoint(y)).sum()), 1e-9)


def repaint_claims() -> Iterator[Statement]:
    """RePaint has the law of the paper's algorithm, keeps what is known, and nears the posterior as it resamples."""
    @cache
    def law(resample: int) -> Law:
        levels = repaint_levels(50, 5, resample)
        return repainted_law(linear_abar(50), levels, as_written(blob()), (KNOWN, None))

    for resample in (1, 10):
        yield from _repaint_claims(resample, partial(law, resample))

    def bias(resample: int) -> float:
        exact = exact_posterior(blob(), first_known(KNOWN))
        return abs(float(law(resample).mean[1] - exact.mean()[1]))

    # against 0, within a half: RePaint is exact only in the limit, so its bias must shrink, not vanish
    yield stated("repaint: bias left after 10 resamplings", "inverse", lambda: bias(10) / bias(1), 0, 0.5)
    # on a mixture, where RePaint is approximate, the weight of a mode comes nearer to the exact posterior's
    yield stated("repaint: error of a mode's posterior weight left by 10 resamplings", "inverse",
                 lambda: _weight_error(10) / _weight_error(1), 0, 0.75)


def _repaint_claims(resample: int, law: Callable[[], Law]) -> Iterator[Statement]:
    path, error = VPLinear(), 5 / math.sqrt(COUNT)
    sampler = Repainting(inner=DDPM(), measurement=first_known(KNOWN), jump=5, resample=resample)
    x = cache(lambda: end_of(sampler, MixtureDenoiser(blob(), path), path, 50).x)
    variance = cache(lambda: float(law().covariance[1, 1]))
    yield stated(f"repaint, {resample}×: mean as the paper's", "inverse", lambda: float(x()[:, 1].mean()),
                 lambda: float(law().mean[1]), lambda: error * math.sqrt(variance()))
    yield stated(f"repaint, {resample}×: variance as the paper's", "inverse", lambda: float(x()[:, 1].var()), variance,
                 lambda: error * math.sqrt(2) * variance())
    yield stated(f"repaint, {resample}×: known pixels", "inverse", lambda: float((x()[:, 0] - KNOWN).abs().max()), 0, 0)


def _weight_error(resample: int) -> float:
    """By how much the weight of a mode is off the exact posterior's."""
    path, data, measurement = VPLinear(), blobs(), first_known(-0.2)
    method = RePaint(jump=1, resample=resample)
    denoiser, sampler = method.posterior(path, MixtureDenoiser(data, path), DDPM(), measurement)
    x = end_of(sampler, denoiser, path, 50, count=1000).x
    return abs(float(data.responsibilities(x)[:, 0].mean() - exact_posterior(data, measurement).weights[0]))


def dps_claims() -> Iterator[Statement]:
    """DPS moves by the paper's formula, and takes the samples from the prior to near the posterior."""
    path, data, measurement = VPLinear(), blob(), first_known(KNOWN)
    prior = MixtureDenoiser(data, path)
    for sampler in (DDPM(), DDIM(eta=0.5)):
        yield stated(f"dps with {sampler.name}: the paper's update", "inverse",
                     partial(_dps_gap, path, prior, sampler, measurement), 0, 1e-10)

    @cache
    def x() -> Tensor:
        denoiser, sampler = DPS(zeta=0.1).posterior(path, prior, DDPM(), measurement)
        return end_of(sampler, denoiser, path, 200).x

    exact = float(exact_posterior(data, measurement).mean()[1])
    yield stated("dps: distance to the posterior mean, of that of the prior", "inverse",
                 lambda: abs(float(x()[:, 1].mean()) - exact) / abs(float(data.mean()[1]) - exact), 0, 0.35)
    yield stated("dps: mean error of the known coordinate", "inverse",
                 lambda: float(measurement.residual(x()).abs().mean()), 0, 0.1)


def _dps_gap(path: Path, prior: MixtureDenoiser, sampler: OneStep, measurement: Measurement) -> float:
    """Largest difference between one DPS step and x_s − ζ/‖r‖ ∇‖r‖² with the analytic Jacobian of the denoiser."""
    noise, zeta = Noise(sample_seeds(3, 16), (2,), dtype=torch.float64), 0.7
    times, x = torch.tensor([0.5, 0.45, 0.0], dtype=torch.float64), noise.initial()
    denoiser, _ = DPS(zeta=zeta).posterior(path, prior, sampler, measurement)
    ours = _second(sampler(path, denoiser, x, times, noise=noise))
    plain = _second(sampler(path, prior, x, times, noise=noise))
    alpha, sigma, c = path.alpha(times[0]), path.sigma(times[0]), prior.mixture.covariances[0]
    jacobian = alpha * torch.linalg.solve(alpha**2 * c + sigma**2 * torch.eye(2, dtype=torch.float64), c)
    residual = measurement.residual(prior(x, times[0]))
    gradient = -2 * measurement.linear.adjoint(residual) @ jacobian
    return gap(ours, plain - zeta * gradient / residual.norm(dim=1, keepdim=True))


def _second(run: Iterator[Step]) -> Tensor:
    """The state after one move."""
    next(run)
    return next(run).x


def identity_claims() -> Iterator[Statement]:
    """Sample k of seed s does not depend on its batch, and a resumed run is the run itself."""
    path = VPCosine()
    prior = NetworkDenoiser(small_network(), path, V())
    images = cache(partial(_images, prior, path, DDIM(eta=1.0)))
    for batch in (1, 4):
        yield stated(f"sample k is the same in a batch of {batch} and of 16", "identity",
                     partial(_first_apart, images, batch), 0, 1e-4)
        yield stated(f"noise k is the same in a batch of {batch} and of 16", "identity",
                     partial(_first_apart, _noises, batch), 0, 0)
    mask = PaintedMask.example((1, 8, 8))
    painted = Measurement(mask, mask.forward(torch.ones(1, 1, 8, 8)))
    repaint = RePaint(jump=3, resample=2).posterior(path, prior, DDPM(), painted)[1]
    for title, sampler in {**exact_samplers(), "repaint": repaint}.items():
        yield stated(f"{title}: resumed at any step, bit for bit", "identity",
                     partial(resume_gap, sampler, prior, path), 0, 0)


def _first_apart(made: Callable[[int], Tensor], batch: int) -> float:
    """How far the first samples are from what they are in a batch of 16."""
    return gap(made(batch), made(16)[:batch])


def _noises(batch: int) -> Tensor:
    return Noise(sample_seeds(7, batch), (3, 8, 8))(5)


def resume_gap(sampler: Sampler, prior: Denoiser, path: Path, batch: int = 2) -> float:
    """Largest difference of x between a run of 12 steps and its resumptions from each of its own steps."""
    noise, times = Noise(sample_seeds(7, batch), (1, 8, 8)), time_grid(path, 12)
    whole = list(sampler(path, prior, noise.initial(), times, noise=noise))
    ends = [last(sampler(path, prior, step.x, times, noise=noise, start=step.index, past=step.past)) for step in whole]
    # what an adaptive sampler spent before is known to the first run alone
    counted = not sampler.adaptive
    return max(gap(end.x, whole[-1].x) + counted * abs(end.nfe - whole[-1].nfe) for end in ends)


def small_network() -> nn.Module:
    """A small random convolutional network (x, t, cond) -> prediction; the same on every machine."""
    return _Convolutions(torch.Generator().manual_seed(0)).eval()


class _Convolutions(nn.Module):
    """Two convolutions with the time added between them."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 1, 3, padding=1)
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=0.2, generator=generator)

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """(B, 1, H, W) -> (B, 1, H, W)."""
        label = torch.zeros_like(t) if cond is None else 0.3 * cond.to(t)
        return self.second(torch.tanh(self.first(x) + expand(t + label, x)))


def _images(prior: Denoiser, path: Path, sampler: Sampler, batch: int) -> Tensor:
    """Samples 0 … batch − 1 of seed 7, after 12 steps."""
    noise = Noise(sample_seeds(7, batch), (1, 8, 8))
    return last(sampler(path, prior, noise.initial(), time_grid(path, 12), noise=noise)).x
