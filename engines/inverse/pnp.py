"""Plug-and-play restoration (Zhang et al. 2021, DPIR): the denoiser as the prior of a half-quadratic splitting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.component import option
from engines.denoiser import Denoiser
from engines.formula import Letter, Term
from engines.inverse.base import InverseMethod, Measurement
from engines.inverse.tikhonov import leap
from engines.operators.base import SIGMA_Y
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import expand, norms
from engines.samplers.base import Sampler, Step
from engines.samplers.walk import summed

LEAST = 0.002  # the noise that a measurement without any is taken to have, as published: 0.255 of 255


class PlugAndPlay(InverseMethod):
    """z_k = argmin ‖A z − y‖² + λ σ_y²/κ_k² ‖z − x_{k−1}‖², and then x_k = D(z_k) at the noise κ_k = sigma/alpha.

    The noise falls by equal factors from the option `most` to the share `last` of max(σ_y, 0.002), in as many
    iterations as the form has steps, the first of which fits grey. Nothing is drawn, so that all samples of one
    measurement are the same. At a fixed level the iteration of a Gaussian prior, whose denoiser is the proximal map of
    −κ² log p, ends in the minimum over x and z of ‖A z − y‖²/(2σ_y²) + λ‖z − x‖²/(2κ²) − λ log p(x): for λ = 1 and
    small κ the most likely x given y.
    """

    name: ClassVar[str] = "pnp"
    title: ClassVar[str] = "Plug-and-play (DPIR)"
    short: ClassVar[str] = "plug-and-play"
    summary: ClassVar[str] = "Denoises at ever lower noise and fits the measurement in turn: one answer in few steps."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\hat x_0 - x_t} + \term{likelihood}{\alpha_s A^\top\left(A A^\top + "
        r"\lambda_{\mathrm{p}} \frac{\sigma_y^2}{\kappa_s^2} I\right)^{-1}\left(y - A\hat x_0\right)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Denoising"), Term("likelihood", "Fit to the measurement"))
    letters: ClassVar[tuple[Letter, ...]] = (
        SIGMA_Y, Letter(r"\kappa", "σ/α: the noise beside what is left of the data"),
        Letter("I", "the covariance that is 1 in every direction"))
    source: ClassVar[str] = "Zhang et al. 2021, arXiv 2008.13751, eq. 6 to 10 and section 4.2"

    differentiates: ClassVar[bool] = False
    walks: ClassVar[bool] = True
    linear: ClassVar[bool] = True
    earlier: ClassVar[Mapping[str, Any]] = {"last": 1.0}

    # published is 0.23 and a last noise of all of the measurement's, which smooths away what was not measured: by that
    # time it has no such noise. On pictures these are better by 0.1 dB in the mean and by up to 1.8 dB with lost pixels
    weight: float = option(0.15, title="Weight of the model", symbol=r"\lambda_{\mathrm{p}}", gt=0, le=100,
                           widget="log-slider", help="How much the denoiser counts beside the measurement.")
    last: float = option(0.5, title="Last noise", ge=0.05, le=2, widget="slider",
                         help="The noise that is taken off last, as a share of the measurement’s.")
    # published is 49, from a whole picture; a hole begins grey, and that has to drown in the noise
    most: float = option(255.0, title="First noise", unit="of 255", gt=0, le=25_500, widget="log-slider",
                         help="The noise that is taken off first, in grey levels of 255; small holes and blurs need "
                              "less.")

    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser as it is, and the iteration as a sampler; raises BadInput for a non-linear A."""
        del sampler
        measurement.linear  # noqa: B018 (it refuses here, and not within a run)
        sigma = max(measurement.noise, LEAST)
        return denoiser, Splitting(path=path, measurement=measurement, weight=self.weight, noise_level=sigma,
                                   most=self.most / 127.5, least=self.last * sigma)

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """One an iteration."""
        del path, sampler
        return len(times) - 1


class Splitting(Sampler):
    """The iteration as a walk: Step 0 goes from whatever the state is to the start, each other one is an iteration.

    The state of step k is alpha·z_k at the time whose noise the denoiser takes off it.

    Args:
        path, measurement: of the run.
        weight: λ.
        noise_level: σ_y, above 0.
        most, least: the first and last noise beside the data; the first is brought within the path's reach, and is the
            last one where that is more.
    """

    title: ClassVar[str] = PlugAndPlay.title

    path: SkipValidation[Path] = Field(exclude=True, repr=False)
    measurement: SkipValidation[Measurement] = Field(exclude=True, repr=False)
    weight: float
    noise_level: float
    most: float
    least: float

    def levels(self, times: Tensor) -> Tensor:
        """κ of every iteration, falling by equal factors: (N,) float64 for times (N+1,)."""
        reach = float(self.path.kappa(self.path.end))
        most, least = min(max(self.most, self.least), reach), min(self.least, reach)
        count = len(times) - 1
        # a single iteration is the last one
        ends = torch.tensor([most if count > 1 else least, least], dtype=torch.float64).log()
        return torch.linspace(float(ends[0]), float(ends[1]), count, dtype=torch.float64).exp()

    def steps(self, times: Tensor) -> int:
        """The iterations, and the move to where they begin."""
        return len(times)

    def visited(self, times: Tensor) -> Tensor:
        """Where the times begin, those of the levels, and the end."""
        at = self.path.t_at_kappa(self.levels(times)).clamp(max=self.path.t_max)
        return torch.cat([times[:1], at, times[-1:]])

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """One an iteration."""
        return len(times) - max(1, start)

    def fitted(self, x0: Tensor, level: float) -> Tensor:
        """z nearest to x0 (B, …) that fits the measurement, at a noise κ."""
        weight = self.weight * (self.noise_level / level) ** 2
        return self.measurement.linear.prox(x0, self.measurement.y.to(x0), weight)

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """Denoise and fit in turn, and denoise at last."""
        del noise, past
        total, visited, levels, calls = self.steps(times), self.visited(times), self.levels(times), denoiser.calls(cond)
        alphas = path.alpha(visited)
        if start == 0:
            # from grey: A⁺y fits without any pull, with all the noise of what A hardly passes on
            begun = expand(alphas[1], x) * self.fitted(torch.zeros_like(x), float(levels[0]))
            yield leap(x, begun, total, float(visited[0]))
            x = begun
        for i in range(max(1, start), total):
            found = denoiser.denoise(x, visited[i], cond)
            alpha = expand(alphas[i + 1], x)
            fit = alpha * (self.fitted(found.x0, float(levels[i])) - found.x0) if i < total - 1 else torch.zeros_like(x)
            guided = {str(name): alpha * part for name, part in summed(found.contributions).items()}
            deltas = {**guided, "likelihood": fit + guided.get("likelihood", 0)}
            prior = alpha * found.x0 + fit - x - sum(deltas.values(), torch.zeros_like(x))
            terms = {"prior": norms(prior), **{name: norms(part) for name, part in deltas.items()},
                     "noise": torch.zeros(len(x), dtype=torch.float64)}
            yield Step(i, total, float(visited[i]), x, found.x0, i * calls, terms, deltas)
            x = alpha * found.x0 + fit
        yield Step(total, total, float(visited[-1]), x, x, (total - 1) * calls)
