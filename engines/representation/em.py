"""Expectation–maximisation of a Gaussian mixture, one half step at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.component import Component, Options, option
from engines.errors import BadInput
from engines.formula import Letter, Term
from engines.representation.covariances import MOMENTS, CovariancesChoice, Full
from engines.representation.gaussian import checked, floored, moments, narrow, scale2

EMPTY = 1e-10  # of a point: what a component may keep and still count as empty
EMPTIED = "had no points left"
WIDENED = "Components of the start were narrower than the least variance and have been widened to it."


class Half(StrEnum):
    """What a step did: the start, shares of the points anew (E), or the components anew (M)."""

    START = "start"
    E = "e"
    M = "m"


class Emptied(StrEnum):
    """What happens to a component that no point belongs to any more."""

    DROP = "drop"
    RESEED = "reseed"


@dataclass(frozen=True, slots=True)
class EMStep:
    """The state after one half step.

    Args:
        index: number of the half step; 0 is the start, odd ones are E steps and even ones M steps.
        half: which of them it was.
        mixture: the components now in force.
        shares: q(k | x_n), (N, K): the responsibilities. Uniform at the start, else those of the last E step.
        log_likelihood: Σ_n log p(x_n) in nats.
        bound: Jensen's lower bound on it, Σ_n E_q[log p(x_n, k) − log q(k | x_n)].
        numbers: which component of the start each one is, counted from 0; those that were dropped are missing.
        settled: whether the run ends here because the likelihood grows no more.
        note: a sentence on what had to be mended in this step, or "".
    """

    index: int
    half: Half
    mixture: Mixture
    shares: Tensor
    log_likelihood: float
    bound: float
    numbers: tuple[int, ...]
    settled: bool = False
    note: str = ""

    @property
    def iteration(self) -> int:
        """How many M steps have been made."""
        return self.index // 2

    @property
    def gap(self) -> float:
        """Log-likelihood less bound: Σ_n KL(q(k | x_n) ‖ p(k | x_n)) ≥ 0, which is 0 after an E step."""
        return self.log_likelihood - self.bound


class EMOptions(Options):
    """What decides a fit beside its start."""

    covariances: CovariancesChoice = option(Full(), title="Covariances", group="Fit",
                                            help="Which Gaussians a component may be; fewer free numbers need fewer "
                                                 "points.")
    iterations: int = option(200, title="Iterations", ge=1, le=10_000, group="Fit",
                             help="Pairs of an E step and an M step at most; the fit ends when it has settled.")
    tolerance: float = option(1e-7, title="Tolerance", unit="nats", ge=0, le=1, advanced=True, group="Fit",
                              help="It ends once an iteration raises the log-likelihood of a point by no more.")
    floor: float = option(1e-6, title="Least variance", ge=1e-10, le=1, advanced=True, group="Fit",
                          help="Least variance of a component in any direction, as a share of the data’s; keeps one on "
                               "a single point or a line from becoming singular.")
    emptied: Emptied = option(Emptied.DROP, title="Empty component", advanced=True, group="Fit",
                              help="A component without points is dropped, or starts again where the fit is worst.")


class EM(Component, EMOptions):
    """Alternates shares of points and components until the likelihood grows no more.

    The E step closes the gap between bound and log-likelihood, the M step raises the bound;
    so the likelihood never falls (but for a reseeded component, which is said).
    """

    name: ClassVar[str] = "em"
    title: ClassVar[str] = "Expectation–maximisation"
    summary: ClassVar[str] = "Fits a Gaussian mixture; each step raises the likelihood."
    source: ClassVar[str] = "Dempster, Laird & Rubin 1977; the bound: Neal & Hinton 1998; Bishop 2006, section 9.4"
    formula: ClassVar[tuple[str, ...]] = (
        r"r_{nc} \leftarrow \pi_c\, g_c(x_n) / \sum_c \pi_c\, g_c(x_n)",  # no fractions: the panel shows five lines
        r"R_c = \sum_n r_{nc},\ \ \pi_c \leftarrow R_c / \sum_c R_c,\ \ m_c \leftarrow \sum_n r_{nc}\, x_n / R_c",
        *Full.formula,
        r"\term{likelihood}{\sum_n \log \sum_c \pi_c\, g_c(x_n)} = "
        r"\term{prior}{\sum_{nc} r_{nc} \log\frac{\pi_c\, g_c(x_n)}{r_{nc}}} + "
        r"\term{noise}{\sum_{nc} r_{nc} \log\frac{r_{nc}}{\hat r_{nc}}}")
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Log-likelihood"), Term("prior", "Bound"),
                                         Term("noise", "Gap"))
    letters: ClassVar[tuple[Letter, ...]] = (
        *MOMENTS, Letter(r"\hat r_{nc}", "the share that the next E step gives"),
        Letter(r"\pi_c", "the weight of component c; the M step, as its mean and covariance"),
        Letter("g_c", "the Gaussian density of component c"))

    def lines(self) -> tuple[str, ...]:
        """The formula with the M step of these covariances."""
        return tuple(line for part in self.formula
                     for line in (self.covariances.formula if part in Full.formula else (part,)))

    def line_letters(self) -> tuple[Letter, ...]:
        """What `lines` are written with."""
        return (*self.own_letters(), *self.covariances.own_letters())

    # as a decorator it is off while the consumer holds the generator; a `with` would stay on across each yield
    @torch.no_grad()
    def __call__(self, points: Tensor, start: Mixture) -> Iterator[EMStep]:
        """Fit, yielding the start and every half step; the last is an E step.

        Args:
            points: (N, d), as many as components at least.
            start: from `starts()`, or any mixture of d dimensions; it becomes one of these covariances, and variances
                below the floor are raised to it.

        Raises BadInput when points and start do not fit each other, or the points are not finite.
        """
        data = _matching(points, start)
        floor = self.floor * scale2(data)
        begun = self.covariances.of(start)
        mixture, numbers = floored(begun, floor), tuple(range(len(start.weights)))
        joint, held = mixture.log_joint(data), set[int]()
        q = torch.full_like(joint, 1 / joint.shape[1])
        yield _step(0, Half.START, mixture, q, joint, numbers, note="" if mixture is begun else WIDENED)
        level, mended = -torch.inf, False
        for i in range(self.iterations + 1):
            before, level = level, float(joint.logsumexp(1).mean())
            settled = level - before <= self.tolerance and not mended
            q = joint.softmax(1)
            yield _step(2 * i + 1, Half.E, mixture, q, joint, numbers, settled=settled)
            if settled or i == self.iterations:
                return
            raw, q, numbers, note = self._maximised(data, q, joint, numbers)
            raw = self.covariances.of(raw)
            mixture, mended = floored(raw, floor), bool(note)
            joint = mixture.log_joint(data)
            note = " ".join(filter(None, (note, self._held(raw, floor, numbers, held))))
            yield _step(2 * i + 2, Half.M, mixture, q, joint, numbers, note=note)

    def _maximised(self, data: Tensor, q: Tensor, joint: Tensor,
                   numbers: tuple[int, ...]) -> tuple[Mixture, Tensor, tuple[int, ...], str]:
        """The M step: components for the shares q, the shares that are left and of whom, and what was mended."""
        full = q.sum(0) > EMPTY
        if bool(full.all()):
            return moments(data, q), q, numbers, ""
        lost = [number for number, kept in zip(numbers, full, strict=True) if not bool(kept)]
        kept = moments(data, q[:, full])
        if self.emptied is Emptied.DROP:
            left = tuple(number for number in numbers if number not in lost)
            return kept, q[:, full] / q[:, full].sum(1, keepdim=True), left, _told(lost, EMPTIED, "dropped")
        return _reseeded(kept, full, data, joint), q, numbers, _told(lost, EMPTIED, "put where the fit was worst")

    @staticmethod
    def _held(raw: Mixture, floor: float, numbers: tuple[int, ...], held: set[int]) -> str:
        """Which components are narrower than the floor for the first time, in a sentence; `held` remembers them."""
        new = [number for number, low in zip(numbers, narrow(raw, floor), strict=True) if low and number not in held]
        held.update(new)
        return _told(new, "became singular, a point or a line,", f"kept at the least variance of {floor:.2g}")


def as_one(mixture: Mixture) -> bool:
    """Whether there are several components and all are the same Gaussian, to rounding."""
    means, covariances = mixture.means, mixture.covariances
    close = 1e-6 * float(covariances.diagonal(dim1=1, dim2=2).mean())
    return len(means) > 1 and float((means - means[0]).square().max()) <= close * 1e-3 and \
        float((covariances - covariances[0]).abs().max()) <= close


def _matching(points: Tensor, start: Mixture) -> Tensor:
    """The points as float64, where they and the start fit each other."""
    data = checked(points, len(start.weights))
    if data.shape[1] != start.dimension:
        raise BadInput(f"Points of {data.shape[1]} numbers cannot be fitted from a start in {start.dimension} "
                       "dimensions; choose a start of theirs.")
    return data


def _step(index: int, half: Half, mixture: Mixture, q: Tensor, joint: Tensor, numbers: tuple[int, ...], *,
          settled: bool = False, note: str = "") -> EMStep:
    """A step with its likelihood and bound, from log p(x_n, k) (N, K) under the mixture."""
    # 0 log 0 is 0
    bound = torch.where(q > 0, q * (joint - q.log()), 0.0).sum()
    return EMStep(index, half, mixture, q, float(joint.logsumexp(1).sum()), float(bound), numbers, settled, note)


def _reseeded(kept: Mixture, full: Tensor, data: Tensor, joint: Tensor) -> Mixture:
    """The mixture with every empty component at one of the points that are explained least, as wide as the data."""
    k, d = len(full), data.shape[1]
    empty = ~full
    worst = joint.logsumexp(1).topk(int(empty.sum()), largest=False).indices
    weights, means = data.new_full((k,), 1 / k), data.new_empty(k, d)
    weights[full] = kept.weights * float(full.sum()) / k
    covariances = (scale2(data) * torch.eye(d, dtype=torch.float64)).repeat(k, 1, 1)
    means[full], means[empty], covariances[full] = kept.means, data[worst], kept.covariances
    return Mixture(weights, means, covariances)


def _told(components: list[int], what: str, fate: str) -> str:
    """What became of components, which are counted from 1 in words; "" for none."""
    if not components:
        return ""
    numbers = ", ".join(str(k + 1) for k in components)
    return f"Component {numbers} {what} and was {fate}." if len(components) == 1 \
        else f"Components {numbers} {what} and were {fate}."
