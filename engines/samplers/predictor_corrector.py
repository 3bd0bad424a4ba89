"""Predictor–corrector sampling (Song et al. 2021): a step of the reverse SDE, then Langevin steps at its end."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.formula import Letter
from engines.samplers.euler_maruyama import EulerMaruyama
from engines.samplers.langevin import langevin
from engines.samplers.split import Split
from engines.samplers.walk import Walk


class PredictorCorrector(EulerMaruyama):
    """Euler–Maruyama predicts the next state; Langevin dynamics at its time corrects the law of what came out.

    The paper measures the norms of noise and score in a batch; here their expectations stand, sqrt(d) and
    sqrt(d)/sigma, so that no sample depends on the others it is drawn with.
    """

    name: ClassVar[str] = "predictor-corrector"
    title: ClassVar[str] = "Predictor–corrector"
    short: ClassVar[str] = "predictor–corrector"
    summary: ClassVar[str] = "A step of the reverse SDE, corrected by Langevin steps at its end."
    formula: ClassVar[tuple[str, ...]] = (
        *EulerMaruyama.formula,
        r"\Delta x \leftarrow \Delta x - \term{prior}{\frac{h}{\sigma_s}\hat\epsilon_s^c} + "
        r"\term{noise}{\sqrt{2h}\,z}",)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\hat\epsilon_s^c", "the noise seen in the state being corrected"),
                                             Letter("h", "the size of a Langevin step"))
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, algorithms 2 and 4"

    corrections: int = option(1, title="Corrections", ge=1, le=20, help="Langevin steps after each step of the SDE.")
    snr: float = option(0.16, title="Corrector SNR", gt=0, le=1, widget="slider",
                        help="Size of score against noise in a correction; the step h is 2(SNR·σ)².")

    def cost(self, times: Tensor, i: int) -> int:
        """The prediction and its corrections; there are none at t = 0."""
        return 1 + self.corrections if times[i + 1] > 0 else 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """Predict, then correct at s."""
        x = super().step(walk, x, t, s)
        if s <= 0:  # nothing is left to be corrected
            return x
        for k in range(self.corrections):
            x = langevin(walk, x, s, 2 * self.snr**2, stream=k + 1)  # stream 0 is that of the prediction
        return x
