"""The twisted diffusion sampler (Wu et al. 2023): samples as particles that are weighed by what was measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.component import option
from engines.denoiser import Contribution, Denoised, Denoiser, joined
from engines.errors import BadOption
from engines.formula import Letter, Term
from engines.halving import Halving
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.slope import Sloped, sloped
from engines.operators.base import SIGMA_Y, LinearOperator
from engines.operators.solve import dots, tiny
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import expand, norms
from engines.process.streams import RESAMPLE
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Advance, Move, OneStep, Sampler, Step, advance, samplers

LEAST = 0.02  # the noise that a measurement without any is taken to have, about two grey levels of 255


class TDS(InverseMethod):
    """Sequential Monte Carlo with the samples of a batch as particles.

    The twisting function is p̃(y|x_t) = N(y; A D(x_t), S) with S = r_t² A Aᵀ + σ_y² I, or (r_t² + σ_y²) I where A is not
    linear; r_t² = s²sigma²/(s²alpha² + sigma²) is the variance of data of spread s given x_t, and 0 at t = 0. A move
    shifts the sampler's by the same factor that x0_hat would be, (sigma²/alpha)·∇ log p̃(y|x_t), and weighs
    p(x_s|x_t) p̃(y|x_s) / (p̃(x_s|x_t, y) p̃(y|x_t)). Any shift is right with its weights: where the slope of the model is
    steeper than data of that spread could have it, which with a network it is in much noise, less is made of it, lest
    particles leave for good. With many particles the law is that of the sampler's own chain given y, whatever r_t is.

    Particles are resampled (systematically) after every move, not only where few of them count: so no weights are
    carried, and a step's state is all that a resumed run needs. For the same reason the state after a move is
    evaluated for its weights, and once more, with a gradient, for the next move: copies are evaluated as they stand.
    Sample k depends on its whole batch, and samples that were copied late are alike: many make a law, few do not. A
    batch that is made in parts has the particles of each part among themselves.
    """

    name: ClassVar[str] = "tds"
    title: ClassVar[str] = "TDS, twisted particles"
    short: ClassVar[str] = "TDS"
    summary: ClassVar[str] = "Samples compete by how well they fit: exact with many of them, and copies with few."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x + \term{likelihood}{\frac{\partial x_s}{\partial\hat x_0}"
        r"\frac{\sigma_t^2}{\alpha_t} \vartheta_t \nabla_{x_t} \log \tilde p(y|x_t)}",
        r"\tilde p(y|x_t) = \mathcal{N}\left(y; A\hat x_0, r_t^2 A A^\top + \sigma_y^2 I\right)",
        r"\term{likelihood}{\text{copied}} \text{ by } \frac{p(x_s|x_t)\, \tilde p(y|x_s)}"
        r"{\tilde p(x_s|x_t, y)\, \tilde p(y|x_t)}")
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Twist and copies"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        SIGMA_Y, Letter("I", "the covariance that is 1 in every direction"),
        Letter(r"\vartheta_t", "how much of the correction is made, by the model’s own slope along it"),
        Letter("r_t", "how far the data may be from x̂_0 at a time, by the spread of all data"),
        Letter(r"\mathcal{N}", "the normal density, by its mean and covariance"),
        Letter("p(x_s|x_t)", "the model’s step back"),
        Letter(r"\tilde p(x_s|x_t, y)", "the density of the move that is made"),
        Letter(r"\tilde p(y|x_t)", "what is taken for the likelihood of the state"),
        Letter(r"\tilde p(y|x_s)", "the same for the next state"))
    source: ClassVar[str] = "Wu et al. 2023, arXiv 2306.17775, algorithm 1; r_t as in its section 5"

    noises: ClassVar[bool] = True

    spread: float = option(1.0, title="Spread", symbol=r"\varsigma", gt=0, le=10, widget="log-slider", advanced=True,
                           help="Standard deviation that the data are taken to have; it decides how good the proposals "
                                "are, not what they end in.")

    def check(self, sampler: Sampler) -> None:
        """Raise BadOption for a sampler that is not one Gaussian move with fresh noise."""
        if not _noisy(sampler):
            able = ", ".join(kind.title for kind in samplers().values() if _noisy(kind()))
            raise BadOption(f"TDS cannot use {sampler.title} with these options; choose one whose step is a Gaussian "
                            f"move with fresh noise ({able}, or DDIM with eta above 0), or another method.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser as it is, and the sampler among particles."""
        self.check(sampler)
        assert isinstance(sampler, OneStep)  # checked
        return denoiser, Twisting(inner=sampler, twist=Twist(path, measurement, self.spread))

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """Two a move but for the last, whose state needs none."""
        del path
        return 2 * sampler.evaluations(times) - 1


def _noisy(sampler: Sampler) -> bool:
    """Whether a sampler is one Gaussian move with fresh noise."""
    t, s = torch.tensor([0.5, 0.4], dtype=torch.float64)
    return isinstance(sampler, OneStep) and float(sampler.move(VPCosine(), t, s).noise) > 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of particles (B, …) at a time.

    found: what the denoiser says; slope: ∇_x log p̃(y|x_t), (B, …); log: that logarithm, (B,); share: how much of the
    shift by the slope is made, (B,) in [0, 1].
    """

    found: Denoised
    slope: Tensor
    log: Tensor
    share: Tensor


@dataclass(frozen=True, slots=True)
class Twist:
    """log p̃(y|x_t), up to what all particles share, by x0_hat at a time."""

    path: Path
    measurement: Measurement
    spread: float

    def within(self, t: Tensor) -> float:
        """r_t², the variance of the data given x_t: 0 at t = 0."""
        alpha, sigma = float(self.path.alpha(t)), float(self.path.sigma(t))
        return (self.spread * sigma) ** 2 / ((self.spread * alpha) ** 2 + sigma**2)

    def weighed(self, residual: Tensor, t: Tensor) -> Tensor:
        """S⁻¹ of a residual (B, *shape_out)."""
        operator, r2 = self.measurement.operator, self.within(t)
        variance = max(self.measurement.noise, LEAST) ** 2
        if isinstance(operator, LinearOperator) and variance < r2 * 1e6:
            return operator.solve(residual, variance / r2) / r2
        return residual / (variance + (0 if isinstance(operator, LinearOperator) else r2))

    def log(self, x0: Tensor, t: Tensor) -> Tensor:
        """log p̃ of estimates (B, …): (B,) float64 on the CPU."""
        residual = self.measurement.residual(x0)
        return -dots(residual, self.weighed(residual, t)).cpu().double() / 2

    def seen(self, denoiser: Denoiser, x: Tensor, t: Tensor, cond: Tensor | None) -> Seen:
        """What the denoiser says of particles x (B, …) at t, and what the twist makes of it."""

        solutions = list[Tensor]()

        def measure(x0: Tensor) -> Tensor:
            residual = self.measurement.residual(x0)
            # ∇ −½ rᵀS⁻¹r = −(S⁻¹r)ᵀ∇r: nothing is differentiated through the solution of S
            solutions.append(self.weighed(residual.detach(), t))
            return -dots(residual, solutions[0])

        told = sloped(denoiser, x, t, cond, measure)
        log = -dots(self.measurement.residual(told.found.x0), solutions[0]).cpu().double() / 2
        return Seen(told.found, told.slope, log, self._share(told, solutions[0], t))

    def _share(self, told: Sloped, u: Tensor, t: Tensor) -> Tensor:
        """How much of a shift is made, (B,) in [0, 1]: by how much the model's slope is steeper than is assumed.

        (r_t²‖w‖² + σ_y²‖u‖²)/(⟨w, C w⟩ + σ_y²‖u‖²) with u = S⁻¹r, w = (∂A/∂x0)ᵀu and the model's own covariance
        C = (sigma²/alpha)·∂x0_hat/∂x. Of a linear A that is ⟨u, S u⟩/⟨u, (A C Aᵀ + σ_y² I) u⟩.
        """
        noisy = max(self.measurement.noise, LEAST) ** 2 * dots(u, u)
        steep = float(self.path.sigma(t).square() / self.path.alpha(t)) * dots(told.along, told.slope)
        # of a slope that no covariance has nothing is to be learned
        whole, believed = self.within(t) * dots(told.along, told.along) + noisy, steep + noisy
        return torch.where(believed > 0, whole / believed.clamp(min=tiny(u)), 0.0).clamp(0, 1)


class Twisting(Sampler):
    """The sampler's moves, twisted, and after each of them the particles that go on.

    The last move has no noise, so it has no twist. The Step's likelihood term holds the shift of the move and what
    took a particle from there to the one it was replaced by, so that all terms add up to the move.
    """

    title: ClassVar[str] = TDS.title

    inner: SkipValidation[OneStep]
    twist: SkipValidation[Twist] = Field(exclude=True, repr=False)

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """Two a move but for the last."""
        left = self.inner.steps(times) - start
        return max(0, 2 * left - 1)

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """Propose, weigh and resample."""
        del past  # nothing is carried but the particles
        total, moves = self.steps(times), self.inner.move(path, times[:-1], times[1:])
        particles, calls = Particles(self.twist, denoiser, noise, cond), denoiser.calls(cond)
        for i in range(start, total):
            after = particles.moved(x, times[i], times[i + 1], moves[i], i)
            # the evaluation that shows this step, and those of the moves before
            yield after.step(i, total, float(times[i]), x, (2 * i + 1) * calls)
            x = after.x
        yield Step(total, total, float(times[-1]), x, x, max(0, 2 * total - 1) * calls)


class Particles:
    """One run's moves of all particles."""

    def __init__(self, twist: Twist, denoiser: Denoiser, noise: Noise, cond: Tensor | None) -> None:
        self.twist, self.denoiser, self.noise, self.cond = twist, denoiser, noise, cond
        self._halving = Halving()

    def moved(self, x: Tensor, t: Tensor, s: Tensor, move: Move, i: int) -> Advance:
        """Move i of particles x (B, …) from t to s, weighed and resampled."""
        seen = self._seen(x, t)
        found, noisy = seen.found, float(move.noise) > 0
        factor = move.pull * self.twist.path.sigma(t).square() / self.twist.path.alpha(t) if noisy else 0 * move.pull
        shift = expand(factor, x) * expand(seen.share, x) * seen.slope
        twisted = replace(found, pushes=(*found.pushes, Contribution("likelihood", shift)))
        proposed = advance(_Given(twisted), x, t, move, self.noise, i, self.cond)
        # the first weights also hold p̃ at the start, which no resampling has taken account of
        weights = self._fit(proposed.x, s) - (seen.log if i else 0)
        if proposed.fresh is not None and noisy:
            weights = weights + _odds(shift, proposed.fresh, move.size(x, found.share))
        return _resampled(proposed, survivors(weights, self._chance(i)), x)

    def _seen(self, x: Tensor, t: Tensor) -> Seen:
        """What is known of the particles; in halves where memory is short."""

        def seen(part: slice) -> Seen:
            of = replace(self.twist, measurement=self.twist.measurement.of(part))
            return of.seen(self.denoiser, x[part], t, None if self.cond is None else self.cond[part])

        parts = self._halving(seen, len(x))
        slope, log, share = (torch.cat(list(column)) for column in zip(*((p.slope, p.log, p.share) for p in parts),
                                                                       strict=True))
        return Seen(joined([p.found for p in parts]), slope, log, share)

    def _fit(self, x: Tensor, s: Tensor) -> Tensor:
        """log p̃ of particles at s, and log p(y|x_0) at the end: (B,)."""
        return self.twist.log(self.denoiser.denoise(x, s, self.cond).x0 if s > 0 else x, s)

    def _chance(self, i: int) -> float:
        """A number in (0, 1) for move i, by the first seed alone."""
        z = float(replace(self.noise, seeds=self.noise.seeds[:1], shape=(1,))(i, RESAMPLE))
        return 0.5 * math.erfc(-z / math.sqrt(2))


class _Given(Denoiser):
    """Says again what was said already, so that a move can be made of it."""

    def __init__(self, found: Denoised) -> None:
        self.found = found

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """What was said."""
        del x, t, cond
        return self.found


def _odds(shift: Tensor, fresh: Tensor, size: Tensor) -> Tensor:
    """log p(x_s|x_t) − log p̃(x_s|x_t, y) of moves whose noise came on top of a shift: (B,) float64, on the CPU."""
    moved = shift / size
    # ½z² − ½(z + shift/size)²
    return -dots(moved, fresh / size + moved / 2).cpu().double()


def survivors(weights: Tensor, chance: float) -> Tensor:
    """The particle that goes on in each place, by systematic resampling (Kitagawa 1996): (B,) long on the CPU.

    Each has as many copies as its share of B, rounded down or up. Those that go on keep their own place where they
    can, so that a particle's course is broken only where it dies.

    Args:
        weights: in logarithms (B,), up to a common number; at least one is finite, or all are taken to be equal.
        chance: in (0, 1), where the comb of equal distances begins.
    """
    count = len(weights)
    known = torch.nan_to_num(weights, nan=-math.inf, posinf=-math.inf)
    if not bool(known.isfinite().any()):
        return torch.arange(count)
    edges = known.softmax(0).cumsum(0) * count
    comb = torch.arange(count, dtype=torch.float64) + chance
    chosen = torch.searchsorted(edges, comb, right=True).clamp(max=count - 1)
    copies = torch.bincount(chosen, minlength=count)
    places, index = torch.arange(count), torch.arange(count)
    free = copies == 0
    places[free] = torch.repeat_interleave(index, (copies - 1).clamp(min=0))
    return places


def _resampled(proposed: Advance, places: Tensor, x: Tensor) -> Advance:
    """A move of x whose end is that of the particle which goes on in each place."""
    after = proposed.x[places.to(x.device)]
    change = proposed.deltas["likelihood"] + (after - proposed.x)
    deltas = {**proposed.deltas, "likelihood": change}
    return Advance(after, proposed.x0, {**proposed.terms, "likelihood": norms(change)}, deltas, proposed.fresh)
