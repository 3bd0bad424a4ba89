"""Claims on expectation–maximisation: its bound, its closed form, and what it fits as a network."""
# torch.distributions carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise

import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.chart import Axis, Chart, Role, Series
from engines.checks.claim import Statement, stated
from engines.checks.measures import gap
from engines.data.points.base import point_sets
from engines.data.points.own import Own
from engines.denoiser import NetworkDenoiser
from engines.mixture import Mixture
from engines.networks.mixture import MixtureNetwork
from engines.process.paths import Path, paths
from engines.process.prediction import X0
from engines.representation.em import EM, EMStep, Half
from engines.representation.gaussian import fit_gaussian
from engines.representation.starts import KMeansPlusPlus, starts

POINTS, COMPONENTS, ITERATIONS = 200, 4, 15
KIND = "fit"


def claims() -> Iterator[Statement]:
    """Every claim here; a few seconds on one core."""
    em = EM(iterations=ITERATIONS)
    yield from bound_claims(em)
    yield single_claim(em)
    yield from network_claims()


def bound_claims(em: EM) -> Iterator[Statement]:
    """What must hold at every half step, the worst over all point sets and starts, in nats a point."""
    worst = cache(lambda: worst_of(em))
    curves = partial(course, em)
    yield stated("em: the log-likelihood falls in no half step", KIND, lambda: worst().fall, 0, 1e-9, plot=curves)
    yield stated("em: the bound falls in no half step", KIND, lambda: worst().bound_fall, 0, 1e-9, plot=curves)
    yield stated("em: the bound lies above the log-likelihood nowhere", KIND, lambda: worst().above, 0, 1e-9,
                 plot=curves)
    yield stated("em: the gap after an E step is 0", KIND, lambda: worst().left, 0, 1e-9)
    yield stated("em: the gap is the divergence of the shares from the posterior", KIND, lambda: worst().off, 0, 1e-9)


@dataclass(slots=True)
class Worst:
    """What half steps do wrong at most, in nats a point.

    fall, bound_fall: how far log-likelihood and bound fall; above: how far the bound lies above the log-likelihood;
    left: the gap after an E step; off: how far the gap is from the divergence.
    """

    fall: float = 0.0
    bound_fall: float = 0.0
    above: float = 0.0
    left: float = 0.0
    off: float = 0.0


def worst_of(em: EM) -> Worst:
    """The worst over all point sets and starts."""
    worst = Worst()
    for points, steps in runs(em):
        count = len(points)
        for before, after in pairwise(steps):
            worst.fall = max(worst.fall, (before.log_likelihood - after.log_likelihood) / count)
            worst.bound_fall = max(worst.bound_fall, (before.bound - after.bound) / count)
        for step in steps:
            worst.above = max(worst.above, -step.gap / count)
            worst.left = max(worst.left, abs(step.gap) / count if step.half is Half.E else 0.0)
            worst.off = max(worst.off, abs(step.gap - kl(step, points)) / count)
    return worst


def course(em: EM) -> Chart:
    """Log-likelihood and bound of one of the fits, at every half step."""
    points, steps = next(runs(em))
    return Chart("Log-likelihood by half step", Axis("half step"), Axis("per point", "nats"), (
        Series.of("log-likelihood", range(len(steps)), [step.log_likelihood / len(points) for step in steps]),
        Series.of("Jensen’s bound", range(len(steps)), [step.bound / len(points) for step in steps], role=Role.BOUND)))


def runs(em: EM) -> Iterator[tuple[Tensor, list[EMStep]]]:
    """The half steps of fits to every point set, from every start, whose components are not singular."""
    for seed, kind in enumerate(point_sets().values()):
        if kind is not Own:  # has no points by itself
            points = kind().sample(POINTS, seed)
            for start in starts().values():
                yield points, list(em(points, start()(points, COMPONENTS, seed)))


def kl(step: EMStep, points: Tensor) -> float:
    """Σ_n KL(shares ‖ posterior), with densities that torch knows by itself."""
    mixture = step.mixture
    normal = torch.distributions.MultivariateNormal(mixture.means, mixture.covariances)
    joint = mixture.weights.log() + normal.log_prob(points[:, None])
    posterior = joint - joint.logsumexp(1, keepdim=True)
    return float(torch.where(step.shares > 0, step.shares * (step.shares.log() - posterior), 0.0).sum())


def single_claim(em: EM) -> Statement:
    """One component ends where the closed form is."""
    return stated("em: one component is the Gaussian of maximum likelihood", KIND, lambda: single_gap(em), 0, 1e-9)


def single_gap(em: EM) -> float:
    """Largest difference of any number of a fit with one component and the closed form."""
    points = torch.randn(POINTS, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64) @ torch.tensor(
        [[1.0, 0.4], [0.0, 0.5]], dtype=torch.float64)
    *_, end = em(points, KMeansPlusPlus()(points, 1))
    return mixture_gap(end.mixture, fit_gaussian(points))


def network_claims() -> Iterator[Statement]:
    """A mixture as a model's network estimates the data as the exact denoiser does, on every path."""
    mixture = point_sets()["unequal-blobs"]().mixture()
    assert mixture is not None  # that set is one
    for name, kind in paths().items():
        yield stated(f"{name}: a fitted mixture is the exact denoiser", KIND, partial(network_gap, mixture, kind()),
                     0, 1e-4)


def network_gap(mixture: Mixture, path: Path) -> float:
    """Largest difference of the estimates of a mixture as a network and as the oracle, at several times."""
    x = torch.randn(64, 2, generator=torch.Generator().manual_seed(2))
    labels = torch.arange(64) % 4 - 1
    network = MixtureNetwork(path, mixture.weights.float(), mixture.means.float(), mixture.covariances.float())
    model, exact = NetworkDenoiser(network, path, X0()), MixtureDenoiser(mixture, path)
    gaps = list[float]()
    for at in (0.05, 0.5, 0.9):
        t = torch.tensor(at, dtype=torch.float64)
        state = x * path.scale(t).float()
        gaps.append(gap(model(state, t, labels), exact(state, t, labels)))
    return max(gaps)


def mixture_gap(found: Mixture, wanted: Mixture) -> float:
    """Largest difference of any number of two mixtures whose components are in one order."""
    return max(gap(found.weights, wanted.weights), gap(found.means, wanted.means),
               gap(found.covariances, wanted.covariances))
