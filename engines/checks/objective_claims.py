"""Claims on training objectives: those that should teach the same have the same gradient, in the mean."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks.claim import Statement, stated
from engines.checks.measures import off_by
from engines.checks.oracle_claims import blobs
from engines.denoiser import NO_CLASS, NetworkDenoiser
from engines.likelihood.bound import bound_terms, fixed
from engines.process.chain import Chain, Fixed
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.prediction import X0, Prediction, V, predictions, to_eps, to_score, to_velocity
from engines.process.times import time_grid
from engines.training.draws import Draws
from engines.training.objectives.base import Known, Objective, Setting, estimate, mean_square
from engines.training.objectives.denoising import Denoising
from engines.training.objectives.flow_matching import FlowMatching, marginal_velocity
from engines.training.objectives.score_matching import Explicit, Implicit
from engines.training.objectives.simple import Simple
from engines.training.objectives.vlb import VariationalBound
from engines.training.objectives.weights import AsPredicted, Likelihood, MinSNR, Weight, weights

NODES = 12  # a Gaussian average of each of four numbers is then exact for polynomials of degree 23
TIMES = (0.5, 0.8)
STEPS = 8  # of the chain whose bound is a loss
SAME = 1e-5  # in parts of the gradient: what the true score, which is no polynomial, leaves of an error


class Cubic(nn.Module):
    """A network for points of the plane that is a polynomial of the state, so that averages of it are exact."""

    def __init__(self) -> None:
        super().__init__()
        start = torch.Generator().manual_seed(0)
        self.factors = nn.Parameter(torch.randn(4, 2, 2, generator=start, dtype=torch.float64) / 4)
        self.offset = nn.Parameter(torch.randn(2, generator=start, dtype=torch.float64) / 4)

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        """Offset, linear, square and cubic terms of x (B, 2); a linear one that grows with t (B,)."""
        del cond
        terms = (x, x.square(), x * x.square().sum(1, keepdim=True) / 4, x * t.to(x)[:, None])
        return self.offset + sum((term @ factor for term, factor in zip(terms, self.factors, strict=True)),
                                 torch.zeros_like(x))


@dataclass(frozen=True, slots=True)
class Average:
    """Pairs of data x0 and noise eps (B, 2) with weights (B,): sums over them are averages over all pairs there are."""

    x0: Tensor
    eps: Tensor
    weights: Tensor

    def gradient(self, losses: Tensor, network: nn.Module) -> Tensor:
        """The gradient of the mean of losses (B,), as one vector."""
        parts = torch.autograd.grad((self.weights * losses).sum(), list(network.parameters()))
        return torch.cat([part.flatten() for part in parts])

    def draws(self, t: float, probe: Tensor | None = None) -> Draws:
        """All pairs at one time."""
        count = len(self.x0)
        kept = torch.zeros(count, dtype=torch.bool)
        return Draws(torch.full((count,), t, dtype=torch.float64), self.eps, kept, probe)


def average(data: Mixture) -> Average:
    """Gauss–Hermite quadrature over data and noise, both of the plane."""
    nodes, masses = np.polynomial.hermite_e.hermegauss(NODES)
    places = torch.tensor(list(product(nodes, repeat=4)), dtype=torch.float64)
    shares = torch.tensor(list(product(masses / masses.sum(), repeat=4)), dtype=torch.float64).prod(1)
    # corners that weigh less than rounding are left out
    kept = shares > 1e-12
    places, shares = places[kept], shares[kept]
    roots = torch.linalg.cholesky(data.covariances)
    x0 = torch.cat([mean + places[:, :2] @ root.T for mean, root in zip(data.means, roots, strict=True)])
    return Average(x0, places[:, 2:].repeat(len(roots), 1), torch.cat([share * shares for share in data.weights]))


def claims() -> Iterator[Statement]:
    """Every claim here; some seconds on one core."""
    every = cache(lambda: average(blobs()))
    for kind in paths().values():
        path = kind()
        yield from score_claims(path, every)
        yield from flow_claims(path, every)
        yield from weight_claims(path)
        yield from meaning_claims(path)
        yield bound_claim(path)
        yield chain_claim(path)


def score_claims(path: Path, every: Callable[[], Average]) -> Iterator[Statement]:
    """Explicit, denoising and implicit score matching have one gradient (Vincent 2011; Hyvärinen 2005)."""
    # these are all the signs there are, but for the direction: their mean is that of chance
    signs = torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=torch.float64)
    found: dict[str, tuple[Objective, Tensor | None]] = {
        "denoising score matching": (Denoising(), None), "implicit score matching": (Implicit(), None),
        "implicit score matching by random signs": (Implicit(), signs)}

    @cache
    def true(t: float) -> Tensor:
        return gradient(Explicit(), path, every(), t)

    def off(objective: Objective, t: float, probe: Tensor | None) -> float:
        return off_by(gradient(objective, path, every(), t, probe), true(t))

    for t in TIMES:
        for title, (objective, probe) in found.items():
            yield stated(f"{path.name}: gradient of {title} is that of explicit at t = {t}", "objective",
                         partial(off, objective, t, probe), 0, SAME)


def flow_claims(path: Path, every: Callable[[], Average]) -> Iterator[Statement]:
    """Single pairs teach the velocity of all of them (Lipman et al. 2023, theorem 2), which is their mean."""
    def off(t: float) -> float:
        return off_by(gradient(FlowMatching(), path, every(), t), marginal_gradient(path, every(), t))

    for t in TIMES:
        yield stated(f"{path.name}: gradient of conditional flow matching is that of the marginal at t = {t}",
                     "objective", partial(off, t), 0, SAME)


def weight_claims(path: Path) -> Iterator[Statement]:
    """A weight means the same whatever is predicted: the loss is the weight times the square of x0_hat’s error."""
    source = torch.Generator().manual_seed(0)
    x0, eps, off = torch.randn(3, 25, 8, generator=source, dtype=torch.float64)
    t = torch.linspace(0.02, 0.98, 25, dtype=torch.float64)
    draws, labels = Draws(t, eps, torch.zeros(25, dtype=torch.bool)), torch.zeros(25, dtype=torch.long)

    def error(weight: Weight, kind: Prediction) -> float:
        output = kind.wanted(path, x0, eps, t) + off
        losses = Simple(weight=weight).losses(_Fixed(output), Setting(path, kind), x0, labels, draws)
        found = kind.read(path, path.diffuse(x0, eps, t), output, t)
        wanted = weight.of_x0(path, kind, t) * mean_square(found - x0)
        return float((losses / wanted - 1).abs().max())

    def largest(weight: Weight) -> float:
        return max(error(weight, kind()) for kind in predictions().values())

    for name, weight in weights().items():
        if weight is not AsPredicted:  # the one that means another thing for each
            yield stated(f"{path.name}: weight {name} is the same for every prediction", "objective",
                         partial(largest, weight()), 0, 1e-6)


def meaning_claims(path: Path) -> Iterator[Statement]:
    """Each weight makes an error of x0_hat count as its paper says: as one of the noise, of v, or of the score."""
    source = torch.Generator().manual_seed(1)
    x0, eps, off = torch.randn(3, 25, 8, generator=source, dtype=torch.float64)
    t = torch.linspace(0.02, 0.98, 25, dtype=torch.float64)
    x, found = path.diffuse(x0, eps, t), x0 + off
    of_eps = mean_square(to_eps(path, x, found, t) - eps)
    of_v = mean_square(V().wanted(path, x0, eps, t) - V().wanted(path, found, to_eps(path, x, found, t), t))
    of_score = mean_square(to_score(path, x, found, t) - to_score(path, x, x0, t))
    meant = {"constant": mean_square(off), "snr": of_eps, "v": of_v,
             "inverse-noise": of_score * path.sigma(t).square() / path.abar(t),
             "min-snr": of_eps.minimum(MinSNR().bound * mean_square(off)),
             "likelihood": path.t_max * path.diffusion2(t) / 2 * of_score}
    draws, labels = Draws(t, eps, torch.zeros(25, dtype=torch.bool)), torch.zeros(25, dtype=torch.long)

    def error(name: str) -> float:
        losses = Simple(weight=weights()[name]()).losses(_Fixed(found), Setting(path, X0()), x0, labels, draws)
        return float((losses / meant[name] - 1).abs().max())

    for name in meant:
        yield stated(f"{path.name}: weight {name} counts errors as its paper does", "objective", partial(error, name),
                     0, 1e-9)


def bound_claim(path: Path) -> Statement:
    """The weight of the likelihood, added up over a step of the chain, is what an error costs there in the bound."""
    return stated(f"{path.name}: weight likelihood adds up to the steps of the variational bound", "objective",
                  lambda: added_up(path), 1, 1e-9)


def added_up(path: Path) -> float:
    """The weights of an error over a step, over its cost in the bound."""
    late, early = TIMES[1], TIMES[0]
    chain = Chain.of_path(path, torch.tensor([late, early, 0.0], dtype=torch.float64))
    # KL of two Gaussians of one variance whose means are apart by of_data times the error
    cost = float(chain.of_data[2].square() / (2 * chain.beta_tilde[2]))
    places, shares = (torch.as_tensor(part) for part in np.polynomial.legendre.leggauss(40))
    t = early + (late - early) * (places + 1) / 2
    found = float((Likelihood().of_x0(path, X0(), t) * shares).sum()) / path.t_max * (late - early) / 2
    return found / cost


def chain_claim(path: Path) -> Statement:
    """The loss that takes one step of the chain at a time has, over all of its steps, the bound as its mean."""
    # to rounding: what the chain ends with, L_T, is a millionth of a bound
    return stated(f"{path.name}: loss vlb over all steps of the chain is the variational bound", "objective",
                  lambda: chain_gap(path), 0, 1e-13)


def chain_gap(path: Path) -> float:
    """How far the mean of the loss over the steps is from the bound."""
    x0, off = torch.randn(2, 5, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    noise, labels = Noise(sample_seeds(0, 5), (2,), dtype=torch.float64), torch.zeros(5, dtype=torch.long)
    times, found, kept = time_grid(path, STEPS), torch.zeros(5, dtype=torch.float64), torch.zeros(5, dtype=torch.bool)
    for n, t in enumerate(times[:-1].flip(0), 1):
        draws = Draws(t.expand(5), noise(n), kept)
        found += VariationalBound(chain=STEPS).losses(_Fixed(x0 + off), Setting(path, X0()), x0, labels, draws)
    terms = bound_terms(Chain.of_path(path, times), NetworkDenoiser(_Fixed(x0 + off), path, X0()), x0, noise,
                        variance=fixed(Fixed.BETA_TILDE))
    wanted = sum((term.nats for term in terms), torch.zeros_like(found)) / x0.shape[1]
    return off_by(found / STEPS, wanted)


class _Fixed(nn.Module):
    """Outputs what it was given, whatever it sees."""

    def __init__(self, output: Tensor) -> None:
        super().__init__()
        self.output = output

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        del x, t, cond
        return self.output


def gradient(objective: Objective, path: Path, every: Average, t: float, probe: Tensor | None = None) -> Tensor:
    """The gradient of an objective's mean at one time, with the same probe (P, d) for every pair."""
    network, setting = Cubic(), _setting(path)
    labels = torch.full((len(every.x0),), NO_CLASS)
    each = probe if probe is None else probe.expand(len(every.x0), *probe.shape)
    return every.gradient(objective.losses(network, setting, every.x0, labels, every.draws(t, each)), network)


def marginal_gradient(path: Path, every: Average, t: float) -> Tensor:
    """The gradient of the mean of |u_θ − u|² with the velocity u of all the data."""
    network, setting, draws = Cubic(), _setting(path), every.draws(t)
    x = path.diffuse(every.x0, every.eps, draws.t)
    labels = torch.full((len(x),), NO_CLASS)
    found = to_velocity(path, x, estimate(network, setting, x, draws.t, labels), draws.t)
    true = marginal_velocity(path, MixtureDenoiser(blobs(), path), x, draws.t)
    return every.gradient(mean_square(found - true), network)


def _setting(path: Path) -> Setting:
    return Setting(path, V(), known=Known(exact=MixtureDenoiser(blobs(), path)))
