r"""A formula as it is shown, worked out: what stands in each of its colours, by the values of its letters.

Only what the formulas of samplers are written with: sums, products, fractions, roots, powers and brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from torch import Tensor

Value = Tensor | float
TERM = re.compile(r"(-?)\s*\\term\{(\w+)\}")


def displayed(line: str, values: Mapping[str, Value]) -> tuple[bool, dict[str, Value]]:
    r"""Whether a line \Delta x \leftarrow … adds to the lines above it, and the value of each of its terms by name.

    values: of its letters (LaTeX); what is looked up as one letter may be a whole, such as "f(x_t)".
    """
    return r"\leftarrow" in line, {name: sign * _worked(latex, values) for sign, name, latex in _terms(line)}


def _terms(line: str) -> Iterator[tuple[int, str, str]]:
    """Sign, name and LaTeX of every term."""
    for found in TERM.finditer(line):
        inside = line[found.end():]
        yield -1 if found[1] else 1, found[2], inside[1:_closing(inside)]


def _closing(latex: str) -> int:
    """Where the brace that it begins with closes."""
    depth = 0
    for i, sign in enumerate(latex):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            return i
    raise ValueError(latex)


def _worked(latex: str, values: Mapping[str, Value]) -> Value:
    """The value of an expression."""
    known = sorted(values, key=len, reverse=True)
    letters = "|".join(re.escape(name) + ("(?![A-Za-z_])" if name[-1].isalpha() else "") for name in known)
    token = re.compile(rf"{letters}|\\frac|\\sqrt|\\left\(|\\right\)|[-+^(){{}}]|\d")
    plain = latex.replace(r"\,", " ")
    assert not token.sub("", plain).strip(), f"{token.sub('', plain)!r} has no value in {latex}"
    return _Reader(token.findall(plain), values).total()


class _Reader:
    """Reads an expression from the left."""

    def __init__(self, tokens: list[str], values: Mapping[str, Value]) -> None:
        self._left, self._values = tokens, values

    def total(self) -> Value:
        """A sum, up to the bracket that closes it."""
        found: Value = 0.0
        while self._left and self._left[0] not in (")", r"\right)", "}"):
            sign = -1 if self._left[0] == "-" else 1
            if self._left[0] in "+-":
                self._left.pop(0)
            found = found + sign * self._product()
        return found

    def _product(self) -> Value:
        found: Value = 1.0
        while self._left and self._left[0] not in ("+", "-", ")", r"\right)", "}"):
            factor = self._factor()
            if self._left[:1] == ["^"]:
                self._left.pop(0)
                factor = factor ** self._factor()
            found = found * factor
        return found

    def _factor(self) -> Value:
        token = self._left.pop(0)
        if token in self._values:
            return self._values[token]
        if token == r"\frac":
            return self._factor() / self._factor()
        if token == r"\sqrt":
            return self._factor() ** 0.5
        if token.isdigit():
            return float(token)
        found = self.total()
        self._left.pop(0)
        return found
