"""How fast the forward process forgets its data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

import torch

from engines.analytic import Mixture
from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import TwoBlobs
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.metrics.frechet import frechet_gaussians
from engines.metrics.points import sliced_wasserstein
from engines.process.paths import Path, paths
from engines.studies.base import Study, Told, floats
from engines.studies.walks import exact_mixture

TIMES = 16
LEVELS = torch.linspace(8, -8, 17, dtype=torch.float64)  # log-SNR, from little noise to much


class Forgetting(Study):
    """The divergence KL(p_t ‖ N(0, σ_t²)) of noised data from pure noise, and their Wasserstein distance."""

    name: ClassVar[str] = "forgetting"
    title: ClassVar[str] = "How fast data are forgotten"
    summary: ClassVar[str] = "Every path forgets along one curve of log-SNR; by time each at its own pace."
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{KL}(p_t \| N_t) \le \frac{\alpha_t^2}{2\sigma_t^2} E\|x_0\|^2",
        r"W_2(p_t, N_t) \le \alpha_t \sqrt{E\|x_0\|^2}")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\mathrm{KL}", "how far one law is from another"), Letter("p_t", "the law of x_t"),
        Letter("N_t", "the law of pure noise with the variance σ_t²"), Letter("W_2", "the Wasserstein distance"),
        Letter("E", "the mean over all that is drawn"))

    data: PointSetChoice = option(TwoBlobs(), title="Data", help="What is noised; one whose density is known.")
    count: int = option(20_000, title="Samples", ge=100, le=1_000_000, help="Samples of each mean.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the divergence by time on each path, then both distances by log-SNR."""
        data, total = exact_mixture(self.data), len(paths()) + 1
        by_time = list[Series]()
        for k, kind in enumerate(paths().values()):
            by_time.append(self._on(kind(), data, seed))
            yield Charted(Chart("Divergence from noise by time", Axis("Time t"), Axis("KL", "nats", log=True),
                                tuple(by_time), remark="All paths end at next to nothing; how soon is their choice."))
            yield Progressed(k + 1, total)
        yield Charted(self._by_ratio(data, seed))
        yield Charted(self._distance(data, seed))
        yield Progressed(total, total)

    def _on(self, path: Path, data: Mixture, seed: int) -> Series:
        times = torch.linspace(0, path.t_max, TIMES + 1, dtype=torch.float64)[1:]
        found = [kl_from_noise(data, float(path.alpha(t)), float(path.sigma(t)), self.count, seed) for t in times]
        return Series.of(path.title, floats(times), found)

    def _by_ratio(self, data: Mixture, seed: int) -> Chart:
        """By log-SNR, where all paths are one: the divergence knows the ratio of α and σ alone."""
        ratios = floats((LEVELS / 2).exp())
        measured = [kl_from_noise(data, ratio, 1.0, self.count, seed) for ratio in ratios]
        series = [Series.of("Measured", _noisier(), measured),
                  Series.of("Bound", _noisier(), [ratio**2 * second(data) / 2 for ratio in ratios], (), Role.BOUND,
                            "Measured")]
        # the moments alone: what a Gaussian with them would have
        exact = [gaussian_kl(data, ratio) for ratio in ratios]
        name = "Formula" if _single(data) else "A Gaussian of the same moments"
        series.append(Series.of(name, _noisier(), exact, (), Role.EXACT if _single(data) else Role.FIT, "Measured"))
        return Chart("Divergence from noise by log-SNR", Axis("−log α²/σ²"), Axis("KL", "nats", log=True),
                     tuple(series), remark="Where noise prevails, data of mean 0 go sooner than the bound tells.")

    def _distance(self, data: Mixture, seed: int) -> Chart:
        """W₂ in units of σ; between the distance of the moments, which a Gaussian has, and that of x_t to its noise."""
        ratios, one = floats((LEVELS / 2).exp()), torch.eye(data.dimension, dtype=torch.float64).numpy()
        noised = [data.noised(ratio, 1.0) for ratio in ratios]
        zero = torch.zeros(data.dimension, dtype=torch.float64).numpy()
        lower = [math.sqrt(frechet_gaussians(p.mean().numpy(), p.covariance().numpy(), zero, one)) for p in noised]
        role, name = (Role.EXACT, "Formula") if _single(data) else (Role.BOUND, "At least: the moments")
        series = [Series.of(name, _noisier(), lower, (), role),
                  Series.of("At most: x_t beside its own noise", _noisier(),
                            [ratio * math.sqrt(second(data)) for ratio in ratios], (), Role.BOUND)]
        if data.dimension == 1:
            exact = [_on_a_line(p, self.count, seed) for p in noised]
            series.insert(0, Series.of("Measured", _noisier(), exact))
        return Chart("Wasserstein distance from noise", Axis("−log α²/σ²"), Axis("W₂ / σ", log=True), tuple(series))


def kl_from_noise(data: Mixture, alpha: float, sigma: float, count: int, seed: int) -> float:
    """KL(p_t ‖ N(0, σ²)) as a mean over samples of p_t, in nats."""
    x = data.noised(alpha, sigma).sample(count, seed)
    log_q = -x.square().sum(1) / (2 * sigma**2) - data.dimension / 2 * math.log(2 * math.pi * sigma**2)
    less = log_q - data.log_density(x, alpha, sigma)
    # log p/q alone would drown in chance where the two are nearly one; q/p − 1 has mean 0 and cancels its noise
    return float((less.exp() - 1 - less).mean())


def gaussian_kl(data: Mixture, ratio: float) -> float:
    """The formula for a Gaussian with the moments of the data, at α/σ = ratio."""
    moments = data.noised(ratio, 1.0)
    covariance = moments.covariance()
    return float((covariance.trace() + moments.mean().square().sum() - data.dimension
                  - torch.logdet(covariance)) / 2)


def second(data: Mixture) -> float:
    """E‖x₀‖²."""
    return float(data.covariance().trace() + data.mean().square().sum())


def _noisier() -> list[float]:
    """−log-SNR, so that noise grows to the right."""
    return floats(-LEVELS)


def _single(data: Mixture) -> bool:
    return len(data.weights) == 1


def _on_a_line(p: Mixture, count: int, seed: int) -> float:
    """W₂ of numbers to standard noise: the samples sorted against the quantiles of the noise."""
    shares = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    return sliced_wasserstein(p.sample(count, seed), math.sqrt(2) * torch.erfinv(2 * shares - 1))
