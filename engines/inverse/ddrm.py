"""Denoising diffusion restoration DDRM (Kawar et al. 2022): each singular value of the operator by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.component import option
from engines.denoiser import Contribution, Denoised, Denoiser
from engines.errors import BadInput
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.operators.base import SIGMA_Y, LinearOperator, Spectrum
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.samplers.base import Advance, Sampler, Step, sizes
from engines.samplers.walk import summed


class DDRM(InverseMethod):
    """Eq. 7 and 8 of the paper, in x/alpha, whose noise is sigma/alpha: its own variance-exploding state.

    In the coordinates of A's singular vectors a direction that is not measured moves by the prior alone, one that is
    measured better than the noise of time s is drawn around the measurement, and one that is measured worse around
    the prior's estimate, with some of its noise taken from the measurement. It walks by this move of its own,
    whatever sampler was chosen. The paper begins at the measurement with the noise of t_max, which any path makes so
    large that the measurement is nothing beside it: here any state may be begun with, a recorded one too. Of few steps
    those at much noise are better spent: the first may go down to a noise that is chosen, around what all data have in
    common and around the measurement, and the noise falls evenly from there.
    """

    name: ClassVar[str] = "ddrm"
    title: ClassVar[str] = "DDRM, by singular values"
    short: ClassVar[str] = "DDRM"
    summary: ClassVar[str] = "Draws what was measured well from the measurement, and all else from the model."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\hat x_0 + \kappa_s\sqrt{1-\eta^2}\,\hat\epsilon\right) - x_t}",
        r"\quad + \term{likelihood}{\alpha_s A^{+}\left(B_s\left(y - A\hat x_0\right) - "
        r"\kappa_s\sqrt{1-\eta^2}\,A\hat\epsilon\right)}",
        r"\quad + \term{noise}{\alpha_s c_z D_s z}",
        r"\sigma_y \le \kappa_s a_i \quad \text{gives} \quad b_i = \eta_b \quad \text{and} \quad "
        r"d_i^2 = \kappa_s^2 - \eta_b^2\frac{\sigma_y^2}{a_i^2}",
        r"\text{else} \quad b_i = \frac{\kappa_s a_i}{\sigma_y}\sqrt{1-\eta^2} \quad \text{and} \quad "
        r"d_i = \eta\kappa_s")
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("likelihood", "Pull of the measurement"),
                                         Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (
        SIGMA_Y, Letter(r"\kappa", "σ/α: the noise beside what is left of the data"),
        Letter("a_i", "singular value i of A"),
        Letter("b_i", "how far the measurement draws direction i of its own"),
        Letter("d_i", "the standard deviation of fresh noise in direction i"),
        Letter("B_s", "b_i in each direction that is measured"),
        Letter("D_s", "d_i in each direction, ηκ_s where nothing is measured"))
    source: ClassVar[str] = "Kawar et al. 2022, arXiv 2201.11793, eq. 7 and 8"

    linear: ClassVar[bool] = True
    spectral: ClassVar[bool] = True
    differentiates: ClassVar[bool] = False
    walks: ClassVar[bool] = True
    noises: ClassVar[bool] = True

    # both as in the paper
    eta: float = option(0.85, title="Eta", symbol=r"\eta", ge=0, le=1, widget="slider",
                        help="Share of fresh noise where the model decides: 0 keeps the noise that the model sees.")
    eta_b: float = option(1.0, title="Trust in what was measured", symbol=r"\eta_b", ge=0, le=1, widget="slider",
                          help="How much a direction that was measured well is drawn around the measurement, rather "
                               "than around the model’s estimate.")
    # 1 in the paper; other programs draw less
    fresh: float = option(1.0, title="Strength of fresh noise", symbol="c_z", ge=0, le=1, widget="slider",
                          advanced=True, help="1 draws as much noise as the model expects; less gives answers that are "
                                              "nearer to their mean and have less detail.")
    most: float = option(0.0, title="Noise after the first step", unit="of 255", ge=0, le=25_500, widget="log-slider",
                         advanced=True, zero="by the spacing",
                         help="The first step goes down to this noise around the measurement, in grey levels of 255, "
                              "and from there it falls in equal steps, whatever spacing was chosen.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser as it is, and the sampler of the paper.

        Raises BadInput where A is not linear, or its singular values are not known.
        """
        del sampler
        if measurement.linear.spectrum() is None:
            raise BadInput(f"{self.word()} needs the singular values of the degradation, which are not known for this "
                           "one; choose DDNM or DPS.")
        return denoiser, Restoring(path=path, measurement=measurement, eta=self.eta, eta_b=self.eta_b, fresh=self.fresh,
                                   most=self.most / 127.5)

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """One a move, whatever the chosen sampler takes."""
        del path, sampler
        return len(times) - 1


class Restoring(Sampler):
    """The sampler of `DDRM`, with its options; the measurement is of an operator whose spectrum is known.

    Its terms are those of the formula: the prior's is the DDIM-like move without a measurement, and what the
    measurement changes of that is the likelihood's. Guidance counts as in that move.
    """

    title: ClassVar[str] = DDRM.title

    path: SkipValidation[Path] = Field(exclude=True, repr=False)
    measurement: SkipValidation[Measurement] = Field(exclude=True, repr=False)
    eta: float
    eta_b: float
    fresh: float = 1.0
    most: float = 0.0  # in units of the data; 0 for a run over the times as they are

    def visited(self, times: Tensor) -> Tensor:
        """The times, or where they begin, those of the falling noise, and the end: (N+1,) float64, decreasing."""
        begun, few = float(self.path.kappa(times[0])), len(times) - 1
        if not self.most or few < 2:
            return times
        # below the first, which may have as little noise: a move from there to there would be none
        spread = few if self.most < 0.99 * begun else few + 1
        levels = min(self.most, begun) * torch.linspace(1, 0, spread, dtype=torch.float64)
        return torch.cat([times[:1], self.path.t_at_kappa(levels[-few:-1]), times[-1:]])

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """One move after the other, each from the estimate at its own beginning."""
        del past  # a move is made of its own state alone
        total, calls, at = self.steps(times), denoiser.calls(cond), self.visited(times)
        seen = Directions.of(self.measurement, self.eta, self.eta_b)
        for i in range(start, total):
            t, s = at[i], at[i + 1]
            found = denoiser.denoise(x, t, cond)
            z = self.fresh * noise(i) if s > 0 else None
            after = moved(path, seen, self.measurement, found, x, (t, s), z)
            yield after.step(i, total, float(t), x, (i + 1) * calls)
            x = after.x
        yield Step(total, total, float(at[-1]), x, x, total * calls)


@dataclass(frozen=True, slots=True)
class Directions:
    """The directions of A's singular vectors, and how the measurement counts in each of them at a noise level.

    blur: sigma_y/a of each singular value a, like `Spectrum.values`: the noise that a measured direction has in units
    of the data, infinite where nothing is measured. eta, eta_b: as of `DDRM`.
    """

    operator: LinearOperator
    spectrum: Spectrum
    blur: Tensor
    eta: float
    eta_b: float

    @classmethod
    def of(cls, measurement: Measurement, eta: float, eta_b: float) -> Directions:
        """Those of a measurement; raises BadInput where the operator's spectrum is not known."""
        operator, spectrum = measurement.linear, measurement.linear.spectrum()
        if spectrum is None:
            raise BadInput("The singular values of what was measured are not known; choose DDNM or DPS.")
        blur = torch.where(spectrum.seen > 0, measurement.noise / spectrum.values.sqrt(), math.inf)
        return cls(operator, spectrum, blur, eta, eta_b)

    @property
    def kept(self) -> float:
        """√(1 − eta²): how much of the noise that the model sees is kept."""
        return math.sqrt(1 - self.eta**2)

    def drawn(self, kappa: float) -> Tensor:
        """b: how far the measurement draws each direction at the noise level kappa_s (eq. 8)."""
        # the root of the noise a direction lacks, from what the measurement is off the estimate
        return torch.where(self.blur <= kappa, self.eta_b, self.kept * kappa / self.blur.clamp(min=_TINY))

    def noise(self, kappa: float) -> Tensor:
        """d: the standard deviation of fresh noise in each direction at the noise level kappa_s (eq. 8)."""
        well = (kappa**2 - (self.eta_b * self.blur).square()).clamp(min=0).sqrt()
        return torch.where(self.blur <= kappa, well, self.eta * kappa)

    def along(self, *parts: tuple[Tensor, Tensor]) -> Tensor:
        """A⁺ of measurements y with each direction times a factor, added up: Σ V diag(factor/a) Uᵀ y, 0 where a is."""
        # one way back for all of them
        return self.operator.adjoint(sum((self._scaled(y, factor) for y, factor in parts[1:]), self._scaled(*parts[0])))

    def _scaled(self, y: Tensor, factor: Tensor) -> Tensor:
        """U diag(factor/a²) Uᵀ y, whose way back makes one a of a²."""
        shares = torch.where(self.spectrum.seen > 0, factor / self.spectrum.values.clamp(min=_TINY), 0.0)
        return self.spectrum.scaled(y, shares)


def moved(path: Path, seen: Directions, measurement: Measurement, found: Denoised, x: Tensor,
          times: tuple[Tensor, Tensor], z: Tensor | None) -> Advance:
    """The move of a state x (B, …) from time t to s (0-d each) with the fresh noise z, None for s = 0."""
    (alpha_t, kappa_t), (alpha_s, kappa_s) = ((float(path.alpha(t)), float(path.kappa(t))) for t in times)
    kept = seen.kept * kappa_s / kappa_t  # of what x/alpha_t is beside x0_hat: kappa_t·eps_hat
    beside = x / alpha_t - found.x0
    residual = measurement.residual(found.x0)
    # what is measured takes its noise from the measurement, or fresh, but none from x
    drawn = seen.along((residual, seen.drawn(kappa_s)), (seen.operator.forward(beside), -kept * seen.spectrum.seen))
    pulls = (Contribution(part.term, alpha_s * (1 - kept) * part.delta) for part in found.contributions)
    own = Contribution("likelihood", alpha_s * drawn)
    deltas = {str(name): delta for name, delta in summed((*pulls, *found.pushes, own)).items()}
    mean = alpha_s * (found.x0 + kept * beside + drawn)
    for push in found.pushes:
        mean = mean + push.delta
    fresh = None if z is None else alpha_s * _fresh(seen, kappa_s, z)
    after = mean if fresh is None else mean + fresh
    return Advance(after, found.x0, sizes(mean - x, [*deltas.values()], deltas, fresh), deltas, fresh)


def _fresh(seen: Directions, kappa: float, z: Tensor) -> Tensor:
    """D z: eta·kappa·z, and d·z in each direction that is measured."""
    # drawn in the space of samples and analysed there, so that complex coefficients have the noise of a real sample
    even = seen.eta * kappa
    return even * z + seen.along((seen.operator.forward(z), seen.noise(kappa) - even))


_TINY = torch.finfo(torch.float64).tiny
