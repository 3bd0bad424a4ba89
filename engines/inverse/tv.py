"""Total variation by the primal-dual method of Chambolle & Pock (2011): the classical baseline without a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.component import option
from engines.denoiser import Denoiser
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.tikhonov import leap
from engines.operators.base import LinearOperator
from engines.operators.solve import dots
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import norms
from engines.samplers.base import Sampler, Step

BY_NOISE = 0.8  # of sigma_y, the automatic weight; see `TotalVariation.weight_for`
LONGER = 10.0  # primal over dual steps, as roots: pictures reach to 1 and forces to λ, about a tenth of it
LEAST = 0.004  # the automatic weight of a measurement without noise, half a grey level of 255
POWERS = 50  # steps of the power iteration
MARGIN = 1.05  # over what it finds of ‖A‖², which comes from below


class TotalVariation(InverseMethod):
    """min over z of ½‖A z − y‖² + λ TV(z), with TV the sum over pixels of the length of the gradient.

    Isotropic, and over the gradients of all channels together (Bresson & Chan 2008), so that edges of the colours
    coincide; differences are forward, and 0 at the border. It is the most likely value under a prior exp(−λ TV/σ_y²),
    so that all samples of one measurement are the same.
    """

    name: ClassVar[str] = "tv"
    title: ClassVar[str] = "Total variation"
    short: ClassVar[str] = "total variation"
    summary: ClassVar[str] = "The picture of shortest edges that fits the measurement: a baseline without the model."
    formula: ClassVar[tuple[str, ...]] = (
        r"\min_{x}\ \frac{1}{2}\|A x - y\|^2 + \lambda_{\mathrm{TV}}\, \mathrm{TV}(x)",
        r"\Delta x = -\term{likelihood}{\tau_x A^\top u_A} - \term{prior}{\tau_x \nabla^\top u_\nabla}")
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Shorter edges"), Term("likelihood", "Fit to the measurement"))
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\tau_x", "the length of a primal step"), Letter("u_A", "the dual state of the misfit"),
        Letter(r"u_\nabla", "the dual state of the gradient, no longer than λ_TV anywhere"),
        Letter(r"\mathrm{TV}(x)", "the length of the gradient of all channels, added up over the pixels"))
    source: ClassVar[str] = "Chambolle & Pock 2011, algorithm 1; the model: Rudin, Osher & Fatemi 1992"

    differentiates: ClassVar[bool] = False
    walks: ClassVar[bool] = True
    linear: ClassVar[bool] = True

    weight: float = option(0.0, title="Weight of edges", symbol=r"\lambda_{\mathrm{TV}}", ge=0, le=10,
                           widget="log-slider", zero="chosen by the noise",
                           help="How much the length of edges counts beside the misfit; 0 takes 0.8 of the noise.")
    iterations: int = option(300, title="Iterations", ge=1, le=10_000, widget="log-slider",
                             help="Primal-dual steps, each shown on the time line in place of the steps of the form.")

    def weight_for(self, noise: float) -> float:
        """λ as chosen, or by noise sigma_y: 0.8·sigma_y, at least 0.004.

        λ has the unit of the data, like sigma_y: both grow alike with the contrast of a picture. The factor is within
        0.5 dB of the best one for each of two photographs at sigma_y 0.1 and 0.2, where the best go from 0.5 to 1.1.
        The least keeps the problem well posed where nothing is noisy.
        """
        return self.weight or max(BY_NOISE * noise, LEAST)

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser, which nothing will ask, and the iteration as a sampler; raises BadInput for a non-linear A."""
        del path, sampler
        measurement.linear  # noqa: B018 (it refuses here, and not within a run)
        return denoiser, PrimalDual(measurement=measurement, weight=self.weight_for(measurement.noise),
                                    iterations=self.iterations)

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """None."""
        del path, sampler, times
        return 0

    def course(self, steps: int) -> str:
        """The iterations."""
        del steps
        return f"{self.iterations:,} iterations"


@dataclass(frozen=True, slots=True)
class Iterate:
    """State of the iteration: z and the one before it (B, …), and the dual states of A (B, *out) and ∇ (D, B, …)."""

    x: Tensor
    before: Tensor
    u_a: Tensor
    u_d: Tensor


@dataclass(frozen=True, slots=True)
class Problem:
    """½‖A z − y‖² + λ TV(z) for a batch of measurements y (B, *shape_out), and steps of lengths tau and sigma."""

    linear: LinearOperator
    y: Tensor
    weight: float
    tau: float
    sigma: float
    size2: float

    @classmethod
    def of(cls, linear: LinearOperator, y: Tensor, weight: float) -> Problem:
        """With steps that fit ‖(A, ∇)‖² ≤ ‖A‖² + 4 for each direction."""
        size2 = operator_size2(linear, y)
        length = (size2 + 4 * directions(linear.shape_in)) ** 0.5
        return cls(linear, y, weight, LONGER / length, 1 / (LONGER * length), size2)

    def first(self) -> Iterate:
        """Aᵀy/‖A‖², and no forces."""
        x = self.linear.adjoint(self.y) / self.size2
        return Iterate(x, x, torch.zeros_like(self.y), torch.zeros_like(self.gradient(x)))

    def gradient(self, x: Tensor) -> Tensor:
        """Forward differences in each direction, 0 at the border: (B, …) -> (D, B, …)."""
        axes = range(-directions(self.linear.shape_in), 0)
        return torch.stack([_forward(x, axis) for axis in axes])

    def gathered(self, u: Tensor) -> Tensor:
        """∇ᵀ u, the adjoint of `gradient`: (D, B, …) -> (B, …)."""
        axes = range(-len(u), 0)
        return sum((_backward(part, axis) for part, axis in zip(u, axes, strict=True)), torch.zeros_like(u[0]))

    def lengths(self, u: Tensor) -> Tensor:
        """The length of vectors (D, B, …) at each pixel, over directions and channels: (B, 1, …)."""
        squares = u.square().sum(0)
        return (squares.sum(1, keepdim=True) if squares.ndim > 2 else squares).sqrt()

    def objective(self, x: Tensor) -> Tensor:
        """What is minimised, of each sample (B,)."""
        misfit = self.linear.forward(x) - self.y
        return dots(misfit, misfit) / 2 + self.weight * self.lengths(self.gradient(x)).flatten(1).sum(1)

    def next(self, at: Iterate) -> tuple[Iterate, Tensor, Tensor]:
        """One iteration, and what misfit and edges moved x by in it."""
        lead = 2 * at.x - at.before
        u_a = (at.u_a + self.sigma * (self.linear.forward(lead) - self.y)) / (1 + self.sigma)
        u_d = at.u_d + self.sigma * self.gradient(lead)
        u_d = u_d / (self.lengths(u_d) / self.weight).clamp(min=1)
        by_misfit, by_edges = -self.tau * self.linear.adjoint(u_a), -self.tau * self.gathered(u_d)
        return Iterate(at.x + by_misfit + by_edges, at.x, u_a, u_d), by_misfit, by_edges


class PrimalDual(Sampler):
    """The iteration as a walk: from whatever the state is to Aᵀy/‖A‖², and a Step for each iteration from there.

    A resumed run makes the iterations before its start again, for the dual states; the state that it is given goes on
    from there, also where somebody has painted on it.
    """

    title: ClassVar[str] = TotalVariation.title

    measurement: SkipValidation[Measurement] = Field(exclude=True, repr=False)
    weight: float
    iterations: int

    def steps(self, times: Tensor) -> int:
        """The iterations, and the move to where they begin."""
        del times
        return self.iterations + 1

    def visited(self, times: Tensor) -> Tensor:
        """Where the times begin, and their end for every iterate, which are data without noise."""
        return torch.cat([times[:1], times[-1:].expand(self.iterations + 1)])

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """None."""
        del times, start
        return 0

    def problem(self, like: Tensor) -> Problem:
        """The problem of a batch `like` (B, …)."""
        y = self.measurement.y.to(like)
        return Problem.of(self.measurement.linear, y.expand(len(like), *y.shape[1:]), self.weight)

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """One iteration after the other."""
        del path, denoiser, noise, cond, past
        total, end, problem = self.iterations + 1, float(times[-1]), self.problem(x)
        at = problem.first()
        if start == 0:
            yield leap(x, at.x, total, float(times[0]))
        for _ in range(1, start):
            at, _, _ = problem.next(at)
        at = replace(at, x=x) if start else at
        for i in range(max(1, start), total):
            after, by_misfit, by_edges = problem.next(at)
            terms = {"prior": norms(by_edges), "likelihood": norms(by_misfit),
                     "noise": torch.zeros(len(x), dtype=torch.float64)}
            yield Step(i, total, end, at.x, at.x, 0, terms, {"likelihood": by_misfit})
            at = after
        yield Step(total, total, end, at.x, at.x, 0)


def directions(shape: tuple[int, ...]) -> int:
    """How many dimensions of a sample are directions of a picture: all but the channels, which a line has none of."""
    return max(1, len(shape) - 1)


def operator_size2(linear: LinearOperator, like: Tensor) -> float:
    """‖A‖², its largest squared singular value: of the spectrum where it is known, else by power iteration.

    like: a tensor of the device and dtype to compute with. The iteration begins with the same noise for everybody and
    comes from below, so that its value is taken 5 % larger.
    """
    spectrum = linear.spectrum()
    if spectrum is not None:
        return float(spectrum.values.max())
    x = torch.randn(1, *linear.shape_in, generator=torch.Generator().manual_seed(0)).to(like)
    found = 0.0
    for _ in range(POWERS):
        x = linear.adjoint(linear.forward(x))
        found = float(x.square().sum().sqrt())
        x = x / max(found, torch.finfo(like.dtype).tiny)
    return MARGIN * found


def _forward(x: Tensor, axis: int) -> Tensor:
    """x_{i+1} − x_i, and 0 at the end."""
    return torch.cat([x.diff(dim=axis), torch.zeros_like(x.narrow(axis, 0, 1))], axis)


def _backward(u: Tensor, axis: int) -> Tensor:
    """The adjoint of `_forward`: u_{i−1} − u_i, without what lies beyond the border."""
    inner = u.narrow(axis, 0, u.shape[axis] - 1)
    edge = torch.zeros_like(u.narrow(axis, 0, 1))
    return torch.cat([edge, inner], axis) - torch.cat([inner, edge], axis)
