"""Rescaled guidance: its estimate brought back to the spread of the plain one (Lin et al. 2024)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor

from engines.denoiser import Contribution, Denoised, Denoiser
from engines.formula import Letter, Term
from engines.guidance.base import Guidance
from engines.guidance.cfg import CONVENTIONS, COUNTED, ClassifierFree
from engines.process.shapes import expand

SHARE = Letter(r"\phi_{\mathrm{r}}", "the option Rescale")


class Rescaled(Guidance):
    """x0_hat of a guidance times 1 − phi + phi·std(x0_c)/std(x0_hat), with x0_c the estimate before it was guided.

    A large scale of guidance makes estimates too large, and pictures glaring; at phi = 1 each has the standard
    deviation that it has without guidance, and at 0 it is left as it is. The standard deviation is that over all
    values of one sample. The paper scales what the network outputs, on a path whose last time has no data left: there
    the output v is −x0, so it is x0_hat that is scaled here, which is the same there and means the same for every
    kind of network.

    Args:
        guided: a guidance that reports what it added under the name "guidance".
        share: phi, from 0 to 1; the paper recommends 0.7.
    """

    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x + \term{guidance}{\frac{\partial x_s}{\partial \hat x_0}"
        r"\left(\hat x_0^{\phi} - \hat x_0\right)}",
        *CONVENTIONS,
        r"\hat x_0^{\phi} = \left(1 - \phi_{\mathrm{r}} + \phi_{\mathrm{r}}"
        r"\frac{\mathrm{std}(\hat x_0)}{\mathrm{std}(\hat x_0^{\gamma})}\right)\hat x_0^{\gamma}")
    terms: ClassVar[tuple[Term, ...]] = ClassifierFree.terms
    letters: ClassVar[tuple[Letter, ...]] = (
        *ClassifierFree.letters, *COUNTED, SHARE, Letter(r"\hat x_0^{\phi}", "the guided estimate, rescaled"),
        Letter(r"\mathrm{std}", "the standard deviation over the values of a sample"))
    source: ClassVar[str] = "Lin et al. 2024, arXiv 2305.08891, section 3.4"

    def __init__(self, guided: Denoiser, share: float) -> None:
        self.guided = guided
        self.share = share

    def calls(self, cond: Tensor | None = None) -> int:
        """Those of the guidance."""
        return self.guided.calls(cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The rescaled estimate; all that it is away from the plain one is reported as guidance."""
        found = self.guided.denoise(x, t, cond)
        plain = found.x0
        for part in found.contributions:
            plain = plain - part.delta if part.term == "guidance" else plain
        scaled = found.x0 * expand(self._factor(plain, found.x0), x)
        others = tuple(part for part in found.contributions if part.term != "guidance")
        return replace(found, x0=scaled, contributions=(*others, Contribution("guidance", (scaled - plain).detach())))

    def _factor(self, plain: Tensor, guided: Tensor) -> Tensor:
        """1 − phi + phi·std/std of each sample: (B,), and exactly 1 for one that nothing guides."""
        before, after = (x0.flatten(1).std(1, correction=0) for x0 in (plain, guided))
        # an estimate of one grey has no standard deviation to bring back
        ratio = torch.where(after > 0, before / after.clamp(min=torch.finfo(after.dtype).tiny), 1.0)
        return 1 + self.share * (ratio - 1)
