"""Formulas: LaTeX with coloured terms, typeset to SVG, and their text form for screen readers."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from widgets.drawing.theme import Theme
from widgets.formulas.mathml import mathml

TERM = re.compile(r"\\term\{(\w+)\}\{")
COMMAND = re.compile(r"\\([A-Za-z]+)")
ACCENTS = {"bar": "\u0304", "hat": "\u0302", "tilde": "\u0303"}  # they follow their letter
ACCENTED = re.compile(r"\\(bar|hat|tilde)\s*\{?(\\?\w+?)(?=[_}^\s]|\b)\}?")
FRACTION, ROOT = re.compile(r"\\frac\s*\{"), re.compile(r"\\sqrt\s*\{")
INDEX = re.compile(r"([_^])\{([^{}]*[\w)][-+/=][^{}]*|\d+[^\W\d][^{}]*)\}")  # one that would run into what follows
PLAIN = re.compile(r"\\?[A-Za-z0-9]+(_\{?\w+\}?)?")  # what a root has room for without brackets
PIXELS = 17
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "nabla": "∇",
}
SIGNS = {
    **GREEK, "approx": "≈", "cdot": "·", "ell": "ℓ", "exp": "exp", "frac": "", "le": "≤", "left": "", "leftarrow": "←",
    "partial": "∂", "log": "log", "mathrm": "", "ne": "≠", "odot": "⊙", "right": "", "sqrt": "√", "varnothing": "∅",
    "cos": "cos", "int": "∫", "max": "max", "min": "min", "propto": "∝", "quad": " ", "sin": "sin", "sum": "Σ",
    "downarrow": "↓", "mathcal": "", "text": "", "top": "T", "varphi": "φ", "varrho": "ϱ", "varsigma": "ς",
    "vartheta": "ϑ",
}


def coloured(formula: str, theme: Theme) -> str:
    r"""LaTeX in which every \term{name}{…} has the colour of that term."""
    return TERM.sub(lambda m: rf"\textcolor{{{theme.term(m.group(1))}}}{{", formula)


def plain_latex(formula: str) -> str:
    r"""LaTeX without our \term marks, for pasting into a paper."""
    out, rest = "", formula
    while (found := TERM.search(rest)) is not None:
        end = _closing(rest, found.end())
        out += rest[:found.start()] + rest[found.end():end]
        rest = rest[end + 1:]
    return out + rest


def spoken(formula: str) -> str:
    """The formula as one line of Unicode text, for screen readers and tooltips."""
    parts = _in_line(plain_latex(formula))
    hats = ACCENTED.sub(lambda m: SIGNS.get(m.group(2)[1:], m.group(2)) + ACCENTS[m.group(1)], parts)
    text = COMMAND.sub(lambda m: SIGNS.get(m.group(1), m.group(1)), hats)
    text = re.sub(r"\\[,;! ]", " ", text.replace(r"\|", "‖")).replace("\\", "")
    text = INDEX.sub(r"\1(\2)", text)
    text = text.replace("{", "").replace("}", "")
    return re.sub(r"\s+", " ", text).strip()


@lru_cache(maxsize=64)
def svg(formula: str, theme: Theme, pixels: int = PIXELS) -> bytes:
    """A formula typeset in a theme's colours; about 20 ms the first time, then kept.

    Raises ValueError for LaTeX that cannot be typeset.
    """
    with warnings.catch_warnings(action="ignore"):  # the library's own font loading is deprecated
        from ziamath.config import config  # imported late: the start of the window should not pay its 0.2 s
        from ziamath.zmath import Math

    config.svg2 = False  # QtSvg draws nothing from SVG 2
    try:
        return Math(mathml(coloured(formula, theme), theme.text), size=pixels).svg().encode()
    except Exception as error:  # the typesetter raises whatever its parser does
        raise ValueError(f"The formula {formula!r} cannot be typeset: {error}") from error


def _in_line(formula: str) -> str:
    """LaTeX with its fractions as (a)/(b) and its roots of sums and fractions in brackets, however deep."""
    found = min(filter(None, (FRACTION.search(formula), ROOT.search(formula))), key=lambda m: m.start(), default=None)
    if found is None:
        return formula
    end = _closing(formula, found.end())
    before, inner, rest = formula[:found.start()], _in_line(formula[found.end():end]), formula[end + 1:]
    if found.re is ROOT:
        bare = PLAIN.fullmatch(inner)
        return f"{before}\\sqrt{{{inner}}}{_in_line(rest)}" if bare else f"{before}\\sqrt({inner}){_in_line(rest)}"
    rest = rest.lstrip().removeprefix("{")
    end = _closing(rest, 0)
    return f"{before}({inner})/({_in_line(rest[:end])}){_in_line(rest[end + 1:])}"


def _closing(text: str, start: int) -> int:
    """Index of the brace that closes the one before `start`."""
    depth = 1
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return len(text)
