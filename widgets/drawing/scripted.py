"""Indices and exponents in plain text as small signs, where a font has them: “x_t” is “xₜ”, “d^0.71” is “d⁰·⁷¹”."""

from __future__ import annotations

import re

LOW = dict(zip("0123456789+−-=aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
HIGH = dict(zip("0123456789+−-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻·", strict=True))
# one letter, with or without its hat, before an underscore: “x_t”, “x_(n−1)”, but not “my_file” or “x_s|t”
INDEX = re.compile(r"(?<!\w)([^\W\d_]\u0302?)_(?:\(([^()]+)\)|([^\W_]+)(?![^\W_]|\|))")
POWER = re.compile(r"(?<=\w)\^(-?−?\d+(?:\.\d+)?)")


def scripted(text: str) -> str:
    """A text with small indices and exponents; one that has no small sign stays as it is."""
    lowered = INDEX.sub(lambda found: _small(found, found[1], found[2] or found[3], LOW), text)
    return POWER.sub(lambda found: _small(found, "", found[1], HIGH), lowered)


def _small(found: re.Match[str], before: str, script: str, signs: dict[str, str]) -> str:
    small = [signs.get(sign, "") for sign in script]
    return before + "".join(small) if all(small) else found[0]
