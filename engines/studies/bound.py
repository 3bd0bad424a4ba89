"""The variational bound of DDPM's chain, term by term, with the exact denoiser."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from typing import ClassVar

from engines.analytic import Mixture, MixtureDenoiser
from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import TwoBlobs
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.likelihood.bound import Bound, BoundTally, bound_terms, fixed
from engines.process.chain import Chain, Fixed
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import PathChoice
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.studies.base import Study, Told, floats, horizontal
from engines.studies.walks import exact_mixture

LADDER = (2, 5, 10, 20, 50, 100, 200, 500)  # steps of the chains before the longest
# what the bound is called by the variance of the chain; the window's font has no tilde to put over a letter
TITLES = {Fixed.BETA: "Variance β", Fixed.BETA_TILDE: "Variance β-tilde"}
TIME = Axis("Time t")


class BoundStudy(Study):
    """E[−log p(x₀)] ≤ Σ L_n, beside the truth; with β̃ each term is the loss of x̂₀ times what log-SNR gains."""

    name: ClassVar[str] = "bound"
    title: ClassVar[str] = "The bound, term by term"
    summary: ClassVar[str] = "The bound nears −log p with more steps if its variance is β, and never with β-tilde."
    formula: ClassVar[tuple[str, ...]] = (
        r"-\log p(x_0) \le L_T + \sum_i L_i + L_0",
        r"L_i = \frac{1}{2}\left(\frac{\bar\alpha_s}{\sigma_s^2} - \frac{\bar\alpha_t}{\sigma_t^2}\right)"
        r"\|x_0 - \hat x_0\|^2\ \ \text{where}\ v = \tilde\beta")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("p(x_0)", "the density of the data by the model"), Letter("L_T", "what its start adds"),
        Letter("i", "the number of the step, from 0"),
        Letter("L_i", "what a step of the chain adds"), Letter("L_0", "what its last step adds"),
        Letter("v", "the variance of fresh noise"),
        Letter(r"\tilde\beta", "the variance of a step back if the picture were known"))
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 5"

    data: PointSetChoice = option(TwoBlobs(), title="Data", help="What the chain makes; one whose density is known.")
    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.")
    steps: int = option(100, title="Steps", ge=2, le=1000, help="Steps of the longest chain, whose terms are drawn.")
    count: int = option(1000, title="Samples", ge=50, le=20_000, help="Points of each mean.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the whole bound for chains of more and more steps, then the terms of the longest."""
        data = exact_mixture(self.data)
        true = -float(data.log_density(data.sample(self.count, seed)).mean())
        ladder = (*(steps for steps in LADDER if steps < self.steps), self.steps)
        found, done, total = dict[Fixed, dict[int, Bound]](), 0, sum(ladder) * len(TITLES)
        for steps in ladder:
            for variance in TITLES:
                bound = yield from self.measured(data, variance, steps, seed, Progressed(done, total))
                found.setdefault(variance, {})[steps] = bound
                done += steps
            yield Charted(_by_steps(found, true))
        last = {TITLES[variance]: bounds[self.steps] for variance, bounds in found.items()}
        yield Charted(terms_chart(last, self._exact(data, seed)))
        yield Charted(sums_chart(last, true))
        yield Progressed(total, total)

    def measured(self, data: Mixture, variance: Fixed, steps: int, seed: int, before: Progressed,
                 ) -> Generator[Progressed, None, Bound]:
        """The bound of a chain of so many steps on samples of the data; `before`: what was done until now."""
        chain = Chain.of_path(self.path, time_grid(self.path, steps))
        noise = Noise(sample_seeds(seed, self.count), (data.dimension,))
        tally = BoundTally(chain, data.dimension)
        terms = bound_terms(chain, MixtureDenoiser(data, self.path), data.sample(self.count, seed), noise,
                            variance=fixed(variance))
        for term in terms:
            tally.take(term)
            yield Progressed(before.done + steps - term.step, before.total)
        return tally.bound()

    def _exact(self, data: Mixture, seed: int) -> Series:
        """½ ΔSNR · E tr Cov[x₀ | x_t]: the loss of the exact denoiser, by Tweedie's formula of second order."""
        times = time_grid(self.path, self.steps).flip(0)
        alpha, sigma = self.path.alpha(times), self.path.sigma(times)
        terms = list[float]()
        for n in range(2, len(times)):
            a, s = float(alpha[n]), float(sigma[n])
            x = data.noised(a, s).sample(self.count, seed + n)
            spread = data.trace(x, a, s).mean() * s**2 / a
            gain = (alpha[n - 1] / sigma[n - 1]) ** 2 - (a / s) ** 2
            terms.append(float(gain * spread / 2))
        name = TITLES[Fixed.BETA_TILDE]
        return Series.of(f"{name}, ½ ΔSNR · spread of x₀", floats(times[1:-1]), terms, (), Role.EXACT, name)


def terms_chart(bounds: Mapping[str, Bound], exact: Series | None = None) -> Chart:
    """What each step adds, by name of the bound."""
    # L_0 is minus the log of a density, below 0 often, and so much larger that no axis shows both
    series = [Series.of(name, floats(bound.times[1:]), floats(bound.terms[1:]), floats(bound.errors[1:]))
              for name, bound in bounds.items()]
    last = " and ".join(f"{float(bound.terms[0]):.3g}".replace("-", "−") for bound in bounds.values())
    return Chart("Terms of the bound", TIME, Axis("L_n", "nats", log=True), (*series, *([exact] if exact else ())),
                 remark=f"Without L_0, which is {last} nats.")


def sums_chart(bounds: Mapping[str, Bound], true: float | None) -> Chart:
    """The sums from noise to data, by name of the bound, their ends marked, beside the true mean of −log p where that
    is known.
    """
    series = [Series.of(name, floats(bound.times), floats(bound.terms.flip(0).cumsum(0).flip(0)))
              for name, bound in bounds.items()]
    ends = [Series.of(f"{one.name}, whole", one.x[:1], one.y[:1], _known(bound.total_error), beside=one.name)
            for one, bound in zip(series, bounds.values(), strict=True)]
    beside = series[0].name if len(series) == 1 else ""
    exact = () if true is None else (horizontal("True −log p", true, list(series[0].x), beside=beside),)
    return Chart("Sum of the terms", TIME, Axis("Sum of L_n", "nats"), (*series, *ends, *exact),
                 remark=_reached(bounds, true))


def _known(error: float) -> tuple[float, ...]:
    """A standard error; none of a single sample."""
    return () if math.isnan(error) else (error,)


def _reached(bounds: Mapping[str, Bound], true: float | None) -> str:
    """What the sums come to with their standard errors, and how that compares with the truth."""
    told = [f"{name} {_nats(one.total)}{''.join(f' ± {_nats(error)}' for error in _known(one.total_error))}"
            f"{'' if true is None else _apart(one.total - true)}" for name, one in bounds.items()]
    truth = "" if true is None else f"; the true −log p is {_nats(true)}"
    return f"At t = 0 all is added up, in nats: {', '.join(told)}{truth}."


def _apart(gap: float) -> str:
    return f" ({_nats(abs(gap))} {'above' if gap >= 0 else 'below'} the truth)"


def _nats(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _by_steps(found: Mapping[Fixed, Mapping[int, Bound]], true: float) -> Chart:
    series = [Series.of(TITLES[variance], list(bounds), [bound.total for bound in bounds.values()],
                        [bound.total_error for bound in bounds.values()]) for variance, bounds in found.items()]
    return Chart("The bound by steps of the chain", Axis("Steps", log=True), Axis("Bound on −log p", "nats"),
                 (*series, horizontal("True −log p", true, [x for one in series for x in one.x])),
                 remark="With β it comes down to the truth; β-tilde is too narrow in the steps next to the data.")
