"""The formulas of the variational bound and of the log-likelihood along the flow, as a run shows them."""

from __future__ import annotations

from typing import ClassVar

from engines.formula import Formulated, Letter, Term


class BoundFormula(Formulated):
    """What the terms of the bound add up to."""

    formula: ClassVar[tuple[str, ...]] = (
        r"-\log p(x_0) \le \term{noise}{L_T} + \term{prior}{\sum_i L_i} + \term{likelihood}{L_0}",
        r"L_i = \mathrm{KL}\left(q(x_s|x_t, x_0)\,\|\,p(x_s|x_t)\right),\ \ L_0 = -\log p(x_0|x_1)")
    terms: ClassVar[tuple[Term, ...]] = (
        Term("prior", "Steps between"), Term("likelihood", "Last step"), Term("noise", "Start"))
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("p(x_0)", "the density of the data by the model"), Letter("L_T", "what its start adds"),
        Letter("i", "the number of the step, from 0"), Letter("L_i", "what a step of the chain adds"),
        Letter("L_0", "what its last step adds"), Letter(r"\mathrm{KL}", "how far one law is from another"),
        Letter("q(x_s|x_t, x_0)", "the step back if the picture were known"),
        Letter("p(x_s|x_t)", "the model’s step back"), Letter("p(x_0|x_1)", "the model’s last step"))
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 5"


class FlowFormula(Formulated):
    """The flow from data to noise, and the density that it carries."""

    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\partial}{\partial\log\kappa}\frac{x}{\alpha} = \frac{x}{\alpha} - \hat x_0",
        r"\term{prior}{-\log p(x_0)} = -\log p(x_T) - \int\left(d - \alpha\nabla\cdot\hat x_0\right)"
        r"\partial\log\kappa")
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "By the model"), Term("noise", "True"))
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\kappa", "σ/α: the noise beside what is left of the data"),
        Letter("p(x_0)", "the density of the data by the model"),
        Letter("p(x_T)", "the density of pure noise, of x/α where the flow ends"),
        Letter("d", "how many coordinates a sample has"))
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, appendix D.2, in y = x/α and log σ/α"
