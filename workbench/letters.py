"""What the letters of the formulas stand for; each has one meaning, whatever the sampler, guidance or method."""

from __future__ import annotations

import re
from collections.abc import Iterable

KNOWN = r"x_s^{\mathrm{known}}"
LETTERS = {  # by LaTeX, in the order in which they are explained
    "x": ("x", "the state: picture and noise"),
    "t": ("t", "the time of this step"),
    "s": ("s", "the time of the next step"),
    r"\hat x_0^{\varnothing}": ("x̂_0^∅", "the model’s estimate without a class"),
    r"\hat x_0": ("x̂_0", "the model’s estimate of the picture"),
    KNOWN: ("x_s known", "the picture with the noise of time s"),
    r"x_0": ("x_0", "the picture"),
    r"\hat\epsilon": ("ε̂", "the noise that the model sees in x_t"),
    r"\epsilon": ("ε", "the noise, with variance 1"),
    r"\sigma_{s|t}": ("σ_s|t", "how much noise leads from time s back up to t"),
    r"\mu": ("μ", "the mean of the next state by x_t and x̂_0"),
    r"\gamma": ("γ", "the option Guidance"),
    r"\zeta": ("ζ", "the option Strength"),
    r"\alpha": ("α", "how much of the picture is left at a time"),
    r"\sigma": ("σ", "how much noise there is at a time"),
    "v": ("v", "the variance of fresh noise, by Eta or Variance"),
    "z": ("z", "fresh noise, with variance 1"),
    "w": ("w", "the mask: 1 where the picture is known, 0 in the hole"),
    "y": ("y", "the known pixels"),
    "A": ("A", "what takes the known pixels out of a picture"),
}
# the longest first, so that an estimate is not taken for an x; other commands and the names of terms are passed over
TOKEN = re.compile("|".join([
    *(re.escape(latex) + ("(?![A-Za-z])" if latex[-1].isalpha() else "") for latex in LETTERS if latex[0] == "\\"),
    re.escape(KNOWN), re.escape("x_0"), r"\\term\{\w+\}", r"\\text\{[^}]*\}", r"\\[A-Za-z]+", "[A-Za-z]"]))


def letters(formulas: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The letters in formulas (LaTeX) as (plain letter, meaning), in the order of their explanation."""
    found = tokens(formulas)
    return tuple(told for latex, told in LETTERS.items() if latex in found)


def tokens(formulas: Iterable[str]) -> set[str]:
    """The letters and commands of formulas."""
    return {token for formula in formulas for token in TOKEN.findall(formula)}
