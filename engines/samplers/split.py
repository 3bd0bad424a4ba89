"""Split: a tensor that knows which named terms put what into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from engines.formula import TermName


@dataclass(frozen=True, slots=True)
class Split:
    """A tensor `whole` (B, …) and the shares of it that came from named terms; the rest is the prior's.

    Sums and multiples of splits are splits: a sampler's formula is written once, in its
    estimates, and what guidance or fresh noise moved comes out beside the next state.
    """

    whole: Tensor
    parts: Mapping[TermName, Tensor] = field(default_factory=dict[TermName, Tensor])

    def __add__(self, other: Split) -> Split:
        """Sum."""
        parts = dict(self.parts)
        for name, part in other.parts.items():
            parts[name] = parts[name] + part if name in parts else part
        return Split(self.whole + other.whole, parts)

    def __sub__(self, other: Split) -> Split:
        """Difference."""
        parts = dict(self.parts)
        for name, part in other.parts.items():
            parts[name] = parts[name] - part if name in parts else -part
        return Split(self.whole - other.whole, parts)

    def __rmul__(self, factor: Tensor | float) -> Split:
        """A multiple, by a number or a 0-d tensor."""
        by = float(factor)  # a number of Python's keeps the state's dtype, and every device takes it
        return Split(by * self.whole, {name: by * part for name, part in self.parts.items()})
