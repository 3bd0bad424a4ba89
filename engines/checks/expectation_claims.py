"""Claims on expectation–maximisation: its bound, its closed form, and what it fits as a network."""
# torch.distributions carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.claim import Claim
from engines.data.points.base import point_sets
from engines.data.points.own import Own
from engines.denoiser import NetworkDenoiser
from engines.mixture import Mixture
from engines.networks.mixture import MixtureNetwork
from engines.process.paths import paths
from engines.process.prediction import X0
from engines.representation.em import EM, EMStep, Half
from engines.representation.gaussian import fit_gaussian
from engines.representation.starts import KMeansPlusPlus, starts

TOPICS = ("em:", "log-likelihood", "bound", "gap", "fitted mixture")
POINTS, COMPONENTS, ITERATIONS = 200, 4, 15
KIND = "fit"


def claims() -> Iterator[Claim]:
    """Every claim here; a few seconds on one core."""
    em = EM(iterations=ITERATIONS)
    yield from bound_claims(em)
    yield single_claim(em)
    yield from network_claims()


def bound_claims(em: EM) -> Iterator[Claim]:
    """What must hold at every half step, the worst over all point sets and starts, in nats a point."""
    fall = bound_fall = above = left = off = 0.0
    for points, steps in runs(em):
        count = len(points)
        for before, after in pairwise(steps):
            fall = max(fall, (before.log_likelihood - after.log_likelihood) / count)
            bound_fall = max(bound_fall, (before.bound - after.bound) / count)
        for step in steps:
            above = max(above, -step.gap / count)
            left = max(left, abs(step.gap) / count if step.half is Half.E else 0.0)
            off = max(off, abs(step.gap - kl(step, points)) / count)
    yield Claim("em: the log-likelihood falls in no half step", KIND, fall, 0, 1e-9)
    yield Claim("em: the bound falls in no half step", KIND, bound_fall, 0, 1e-9)
    yield Claim("em: the bound lies above the log-likelihood nowhere", KIND, above, 0, 1e-9)
    yield Claim("em: the gap after an E step is 0", KIND, left, 0, 1e-9)
    yield Claim("em: the gap is the divergence of the shares from the posterior", KIND, off, 0, 1e-9)


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


def single_claim(em: EM) -> Claim:
    """One component ends where the closed form is."""
    points = torch.randn(POINTS, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64) @ torch.tensor(
        [[1.0, 0.4], [0.0, 0.5]], dtype=torch.float64)
    *_, end = em(points, KMeansPlusPlus()(points, 1))
    exact = fit_gaussian(points)
    return Claim("em: one component is the Gaussian of maximum likelihood", KIND, apart(end.mixture, exact), 0, 1e-9)


def network_claims() -> Iterator[Claim]:
    """A mixture as a model's network estimates the data as the exact denoiser does, on every path."""
    mixture = point_sets()["unequal-blobs"]().mixture()
    assert mixture is not None  # that set is one
    x = torch.randn(64, 2, generator=torch.Generator().manual_seed(2))
    labels = torch.arange(64) % 4 - 1
    for name, kind in paths().items():
        path = kind()
        network = MixtureNetwork(path, mixture.weights.float(), mixture.means.float(), mixture.covariances.float())
        model, exact = NetworkDenoiser(network, path, X0()), MixtureDenoiser(mixture, path)
        off = 0.0
        for at in (0.05, 0.5, 0.9):
            t = torch.tensor(at, dtype=torch.float64)
            state = x * path.scale(t).float()
            off = max(off, float((model(state, t, labels) - exact(state, t, labels)).abs().max()))
        yield Claim(f"{name}: a fitted mixture is the exact denoiser", KIND, off, 0, 1e-4)


def apart(found: Mixture, wanted: Mixture) -> float:
    """Largest difference of any number of two mixtures whose components are in one order."""
    return max(float((a - b).abs().max()) for a, b in (
        (found.weights, wanted.weights), (found.means, wanted.means), (found.covariances, wanted.covariances)))
