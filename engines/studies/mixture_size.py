"""How many components a mixture needs: the information criteria against K."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import UnequalBlobs
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.representation.choice import Fit, sweep
from engines.representation.em import EM
from engines.representation.starts import KMeansPlusPlus
from engines.studies.base import Study, Told, horizontal


class MixtureSize(Study):
    """Fits with one K after the other; the likelihood only grows, so what a component costs has to be counted."""

    name: ClassVar[str] = "mixture-size"
    title: ClassVar[str] = "Components of a mixture"
    summary: ClassVar[str] = "BIC and AIC are lowest near the true number of components."
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{BIC} = P \log M - 2 \log \Lambda", r"\mathrm{AIC} = 2 P - 2 \log \Lambda")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\mathrm{BIC}", "the Bayesian information criterion"),
        Letter(r"\mathrm{AIC}", "Akaike’s information criterion"),
        Letter("P", "how many numbers tell the mixture"), Letter("M", "how many points there are"),
        Letter(r"\Lambda", "the likelihood of the points"))

    data: PointSetChoice = option(UnequalBlobs(), title="Data", help="What is fitted.")
    count: int = option(1000, title="Points", ge=20, le=20_000, help="Points that are fitted.")
    largest: int = option(10, title="Largest K", ge=2, le=40, help="Components of the last fit.")
    restarts: int = option(3, title="Restarts", ge=1, le=20, help="Fits for each K, of which the likeliest counts.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the criteria and the likelihood, K after K."""
        points, fits = self.data.sample(self.count, seed), list[Fit]()
        truth = self.data.mixture()
        known = None if truth is None else Fit(len(truth.weights), truth, float(truth.log_density(points).sum()),
                                               self.count, settled=True)
        for fit in sweep(points, range(1, self.largest + 1), EM(), KMeansPlusPlus(), seed=seed,
                         restarts=self.restarts):
            fits.append(fit)
            yield Charted(_criteria(fits, known))
            yield Charted(_likelihoods(fits, known))
            yield Progressed(len(fits), self.largest)


def _criteria(fits: list[Fit], truth: Fit | None) -> Chart:
    """BIC and AIC for each point, with those of the true mixture."""
    ks = [float(fit.components) for fit in fits]
    series = [Series.of("BIC", ks, [fit.bic / fit.points for fit in fits]),
              Series.of("AIC", ks, [fit.aic / fit.points for fit in fits])]
    best = min(fits, key=lambda fit: fit.bic).components
    remark = f"BIC is lowest at K = {best}."
    if truth is not None:
        series += [horizontal("BIC of the truth", truth.bic / truth.points, ks, Role.EXACT, "BIC"),
                   horizontal("AIC of the truth", truth.aic / truth.points, ks, Role.EXACT, "AIC")]
        remark = f"BIC is lowest at K = {best}; the data have {truth.components}."
    return Chart("Information criteria", Axis("Components K"), Axis("Criterion per point", "nats"), tuple(series),
                 remark=remark)


def _likelihoods(fits: list[Fit], truth: Fit | None) -> Chart:
    """The log-likelihood of each point, which more components only raise."""
    ks = [float(fit.components) for fit in fits]
    series = [Series.of("Fitted", ks, [fit.log_likelihood / fit.points for fit in fits])]
    if truth is not None:
        series.append(horizontal("Truth", truth.log_likelihood / truth.points, ks, Role.EXACT, "Fitted"))
    return Chart("Likelihood", Axis("Components K"), Axis("Log-likelihood per point", "nats"), tuple(series),
                 remark="Above the truth a fit follows the chance of these points.")
