"""Claims on each sampler as a solver: its order on the ODE, its law on the SDE, where a Langevin chain settles."""
# torch.linalg and Tensor.sort carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache, partial

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks.claim import Statement, stated
from engines.checks.closed_form import Law, probed
from engines.checks.measures import kolmogorov_smirnov, rms
from engines.checks.oracle_claims import COUNT, blob, blobs, end_of, exact_samplers
from engines.checks.plots import falling, laws
from engines.component import validated
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.annealed_langevin import AnnealedLangevin
from engines.samplers.base import Sampler, Step, samplers
from engines.samplers.fresh import draws_noise
from engines.samplers.heun import Heun
from engines.samplers.langevin import Langevin

FROM, TO = 5.0, 1.0  # levels sigma/alpha between which the order is measured; both are free of ends of any path
STEPS = (4, 8, 16, 32)  # the last two give the order: the error of order 5 is then still well above rounding
FINE = 800  # steps of the reference, which leave it an error of 1e-11
LONG, MIDWAY = 200, 160  # steps, and the one where data and noise are of about one size


def claims() -> Iterator[Statement]:
    """Every claim here, one after the other; about ten seconds on one core."""
    for kind in paths().values():
        yield from order_claims(kind())
    yield from law_claims()
    yield from chain_claims()


def order_claims(path: Path) -> Iterator[Statement]:
    """Half the step, 2^-order of the error, for every sampler that draws no fresh noise by its defaults."""
    data = blobs()
    levels = torch.linspace(math.log(FROM), math.log(TO), STEPS[-1] + 1, dtype=torch.float64).exp()
    times = torch.stack([path.t_at_kappa(level) for level in levels])
    x = path.scale(times[0]) * Noise(sample_seeds(0, 64), (2,), dtype=torch.float64).initial()
    exact = cache(lambda: flowed(path, data, x, times[0], times[-1]))

    def error(sampler: Sampler, steps: int) -> float:
        return rms(_before_the_end(sampler, path, data, x, times[::STEPS[-1] // steps]) - exact())

    for name, kind in samplers().items():
        sampler = fixed(kind)
        if kind.exact and not draws_noise(sampler, path):
            yield falling(f"{path.name}, {name}: order of convergence to the flow of a mixture", "sampler",
                          partial(error, sampler), STEPS, kind.order, 0.25)


def fixed(kind: type[Sampler]) -> Sampler:
    """A sampler by its defaults; one that adapts its steps, so tolerant that it takes those of the grid."""
    return validated(kind, {"tolerance": 0.1} if kind.adaptive else {})


def flowed(path: Path, data: Mixture, x: Tensor, t: Tensor, s: Tensor, steps: int = FINE) -> Tensor:
    """Where the probability-flow ODE takes x (B, d) from time t to s: dx/dt = f·x − ½ g²·score by many steps.

    It is written in t and the score, as samplers are not, so that it shares no formula with them.
    """
    def velocity(x: Tensor, t: Tensor) -> Tensor:
        return path.dlog_alpha(t) * x - path.diffusion2(t) / 2 * data.score(x, path.alpha(t), path.sigma(t))

    h = (s - t) / steps
    for k in range(steps):
        now = t + k * h
        a = velocity(x, now)
        b = velocity(x + h / 2 * a, now + h / 2)
        c = velocity(x + h / 2 * b, now + h / 2)
        x = x + h / 6 * (a + 2 * b + 2 * c + velocity(x + h * c, now + h))
    return x


def _before_the_end(sampler: Sampler, path: Path, data: Mixture, x: Tensor, times: Tensor) -> Tensor:
    """The state at the last of some times (N+1,), which is above 0: runs go on to 0 and there end with order 1."""
    noise = Noise((0,), (2,), dtype=torch.float64)
    whole = torch.cat([times, torch.zeros_like(times[:1])])
    return list(sampler(path, MixtureDenoiser(data, path), x, whole, noise=noise))[-2].x


def law_claims() -> Iterator[Statement]:
    """Samples made with fresh noise have the distribution of the data, before that p_t, and that of samples of the ODE.
    """
    path, data = VPLinear(), blobs()
    flow = cache(lambda: end_of(Heun(), MixtureDenoiser(data, path), path, LONG, seed=COUNT).x)
    for title, sampler in exact_samplers().items():
        if draws_noise(sampler, path):
            yield from _law_claims(title, path, data, cache(partial(_walked, sampler, path, data)), flow)


def _law_claims(title: str, path: Path, data: Mixture, run: Callable[[], list[Step]], flow: Callable[[], Tensor],
                ) -> Iterator[Statement]:
    """Of one sampler's run, and the ends of the flow."""
    t = time_grid(path, LONG)[MIDWAY]
    noisy = data.noised(float(path.alpha(t)), float(path.sigma(t)))
    # the gap of two samples of one law is above 1.95·sqrt(2/COUNT) = 0.044 once in a thousand, in one direction
    compared: tuple[tuple[str, str, Callable[[], Tensor], Callable[[], Tensor]], ...] = (
        (f"{title}: distribution by the SDE at t = {float(t):g} and of the noisy data", "noisy data",
         lambda: run()[MIDWAY].x, lambda: noisy.sample(COUNT, seed=2)),
        (f"{title}: distribution by the SDE and of the data", "data", lambda: run()[-1].x,
         lambda: data.sample(COUNT, seed=1)),
        (f"{title}: distribution by the SDE and by the ODE", "by the ODE", lambda: run()[-1].x, flow))
    for name, other, found, wanted in compared:
        yield stated(name, "sampler", lambda a=found, b=wanted: kolmogorov_smirnov(a(), b()), 0, 0.055,
                     plot=lambda a=found, b=wanted, other=other: laws(a(), b(), ("by the SDE", other)))


def _walked(sampler: Sampler, path: Path, data: Mixture) -> list[Step]:
    """Every step of a long run, of which the middle and the end are looked at."""
    noise = Noise(sample_seeds(0, COUNT), (2,), dtype=torch.float64)
    times = time_grid(path, LONG)
    return list(sampler(path, MixtureDenoiser(data, path), path.initial(noise.initial()), times, noise=noise))


def chain_claims() -> Iterator[Statement]:
    """Langevin dynamics of one Gaussian, exactly: finite steps settle at another variance, and by how much is known."""
    path, data = VPCosine(), blob()
    def settled_off(size: float) -> float:
        found = probed(Langevin(size=size), path, time_grid(path, 250), data).law
        return found.gap(settled(path, data, size, Langevin().level * path.t_max))

    def annealed_off(size: float, repeats: int, levels: int) -> float:
        sampler, times = AnnealedLangevin(size=size, repeats=repeats), time_grid(path, levels)
        return probed(sampler, path, times, data).law.gap(annealed(path, data, times, size, repeats))

    for size in (0.4, 1.5):
        yield stated(f"langevin, step {size}: the law that its chain settles at", "sampler", partial(settled_off, size),
                     0, 1e-3)
    # many steps forget where the chain began, and few do not
    for size, repeats, levels in ((0.3, 5, 20), (1.0, 2, 20), (0.1, 1, 2)):
        yield stated(f"annealed-langevin, step {size}: the law of its chain at {levels} levels", "sampler",
                     partial(annealed_off, size, repeats, levels), 0, 1e-9)


def settled(path: Path, data: Mixture, size: float, at: float) -> Law:
    """The law of the estimate of the data from a Langevin chain at a time, for one Gaussian.

    Along an eigenvector of p_t's covariance with variance v the chain is z ← (1 − h/v) z + sqrt(2h)·noise, whose
    variance w = (1 − h/v)² w + 2h stays at v/(1 − h/(2v)): more than v, and the more the larger the step.
    """
    t = torch.tensor(at, dtype=torch.float64)
    _, noisy, _ = _at(path, data, t)
    h = size * path.sigma(t).square()
    identity = torch.eye(2, dtype=torch.float64)
    chain = torch.linalg.inv(identity - h / 2 * torch.linalg.inv(noisy)) @ noisy
    return _estimated(path, data, t, Law(path.alpha(t) * data.means[0], chain))


def annealed(path: Path, data: Mixture, times: Tensor, size: float, repeats: int) -> Law:
    """The law of annealed Langevin dynamics for one Gaussian, by the recursion of mean and covariance."""
    identity = torch.eye(2, dtype=torch.float64)
    law = Law(torch.zeros(2, dtype=torch.float64), path.sigma(times[0]).square() * identity)
    for t, s in zip(times[:-1], times[1:], strict=True):
        mean, _, precision = _at(path, data, t)
        h = size * path.sigma(t).square()
        for _ in range(repeats):
            law = law.through(identity - h * precision, h * precision @ mean, 2 * h * identity)
        if s > 0:
            law = law.through(path.alpha(s) / path.alpha(t) * identity, torch.zeros_like(mean), 0 * identity)
    return _estimated(path, data, times[-2], law)


def _at(path: Path, data: Mixture, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean, covariance and its inverse of p_t of one Gaussian."""
    alpha, sigma = path.alpha(t), path.sigma(t)
    noisy = alpha.square() * data.covariances[0] + sigma.square() * torch.eye(2, dtype=torch.float64)
    return alpha * data.means[0], noisy, torch.linalg.inv(noisy)


def _estimated(path: Path, data: Mixture, t: Tensor, law: Law) -> Law:
    """The law of E[x0 | x_t] where x_t has the given one: m + alpha C (alpha² C + sigma²)^-1 (x − alpha m)."""
    mean, _, precision = _at(path, data, t)
    gain = path.alpha(t) * data.covariances[0] @ precision
    return law.through(gain, data.means[0] - gain @ mean, torch.zeros_like(gain))
