"""Planted errors: by lesson of one panel and by figure, a run of it as a plausible mistake would have made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engines.chart import Chart, Series
from workbench.lessons.ran import Array, Ran

Plant = Callable[[Ran], Ran]
TIME, SNR = "Divergence from noise by time", "Divergence from noise by log-SNR"
CALLS, MIXTURE = "Calls for 0.06 nats", "Calls for 0.06 nats, mixture"
FLOW, LEAVING = "Distance to the flow", "Below and beyond 2/L"
FOUND, WRONG = "Modes found", "Error of the weights"


def charted(ran: Ran, chart: Chart, *series: Series) -> Ran:
    """A run one of whose charts has other series."""
    return replace(ran, charts={**ran.charts, chart.title: replace(chart, series=series)})


def changed(chart: str, change: Callable[[Array], Array], only: str = "") -> Plant:
    """The values of a chart are others, of one series of it alone where that is named."""
    def plant(ran: Ran) -> Ran:
        old = ran.charts[chart]
        return charted(ran, old, *(replace(one, y=tuple(change(np.array(one.y)))) if only in {"", one.name} else one
                                   for one in old.series))

    return plant


def exchanged(chart: str, one: str, other: str) -> Plant:
    """Two series of a chart stand under one another's name."""
    def plant(ran: Ran) -> Ran:
        old = ran.charts[chart]
        known = {series.name: series for series in old.series}
        names = {one: other, other: one}
        return charted(ran, old, *(replace(known[names.get(name, name)], name=name) for name in known))

    return plant


def cut(chart: str) -> Plant:
    """A chart ends one value too early."""
    def plant(ran: Ran) -> Ran:
        old = ran.charts[chart]
        return charted(ran, old, *(replace(one, x=one.x[:-1], y=one.y[:-1]) for one in old.series))

    return plant


def figured(name: str, wrong: Callable[[dict[str, float]], float]) -> Plant:
    """A figure is another."""
    return lambda ran: replace(ran, figures={**ran.figures, name: wrong(ran.figures)})


PLANTED: dict[str, dict[str, Plant]] = {
    "bound": {
        "excess": figured("excess", lambda known: known["excess"] - known["first_term"]),  # L_0 is left out
        "last_term": figured("last_term", lambda known: known["last_term"] + 1),  # ½ (s² + m² − log s²), without − 1
        "near_data": changed("Terms of the bound", np.flip)},  # time counted from the noise
    "coverage": {
        "found_1": exchanged(FOUND, "DDIM", "Langevin"),
        "found_5": exchanged(FOUND, "DDIM", "Annealed Langevin"),
        "langevin_1": exchanged(FOUND, "Langevin", "DDIM"),
        "annealed_26": exchanged(FOUND, "Annealed Langevin", "All there are"),
        "annealed_41": changed(FOUND, lambda modes: modes - 1),  # the mode of the mean is missed
        "wrong_5": exchanged(WRONG, "DDIM", "Exact samples, by chance alone"),
        "wrong_60": changed(WRONG, np.flip)},
    "dimension": {
        "ddim": exchanged(CALLS, "DDIM", "DDPM ancestral"),
        "ddim_mixture": exchanged(MIXTURE, "DDIM", "DDPM ancestral"),
        "ddpm": exchanged(CALLS, "DDPM ancestral", "DDIM"),
        "ddpm_mixture": exchanged(MIXTURE, "DDPM ancestral", "DDIM"),
        "heun_mixture": exchanged(MIXTURE, "Heun", "DDIM"),
        "off": exchanged(CALLS, "DDIM, formula", "DDPM ancestral, formula")},
    "order": {
        "order_1_ddim": exchanged("Error against network calls", "DDIM", "Heun"),
        "order_2_heun": changed("Error against network calls", np.sqrt),  # one root too many
        "order_2_dpm": exchanged("Error against network calls", "DPM-Solver++ 2M", "DDIM"),
        "order_4_runge": exchanged("Error against network calls", "Runge–Kutta 4", "Heun")},
    "forgetting": {
        "left": cut(TIME),
        "shrink": exchanged(SNR, "Measured", "Bound"),
        "of_bound": exchanged(SNR, "Measured", "Bound")},
    "gradient-flow": {
        "order": changed(FLOW, np.square),  # a distance whose root was forgotten
        "below": exchanged(LEAVING, "τ = 1.9/L", "τ = 2.1/L"),
        "at": exchanged(LEAVING, "τ = 2/L", "τ = 1.9/L"),
        "beyond": exchanged(LEAVING, "τ = 2.1/L", "τ = 2/L")},
    "jensen": {
        "gap_data": exchanged("Jensen’s gap", "Gap", "Bound: steepest slope × spread of x₀"),
        "gap_noise": changed("Jensen’s gap", lambda gap: np.roll(gap, 8), only="Gap"),  # levels counted from the data
        "pull_data": exchanged("What the gap does to the gradient", "Length, DPS over exact", "1 − cosine of the two"),
        "pull_noise": changed("What the gap does to the gradient", np.reciprocal)},  # the exact one over DPS
    "kl": {
        "gap": changed("Divergence by sampling", lambda nats: nats / np.log(2), only="Estimate"),  # in bits
        "power": changed("Error of the estimate", np.square)},  # a variance for a standard error
}
