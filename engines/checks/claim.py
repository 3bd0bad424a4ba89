"""Claim: one measured figure, what it should be, and how far it may be off."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that a machine can check: |measured − expected| ≤ tolerance.

    Args:
        name: a short sentence saying what is claimed.
        kind: the group it belongs to ("sampler", "inverse", "operator", "identity", …).
        measured: the figure found now.
        expected: the figure of theory or of a reference.
        tolerance: the largest difference that is accepted, in the same unit; 0 asks for equality.
    """

    name: str
    kind: str
    measured: float
    expected: float
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether the claim holds; false for a figure that is not finite."""
        return math.isfinite(self.measured) and abs(self.measured - self.expected) <= self.tolerance

    def __str__(self) -> str:
        """One line for a report."""
        state = "ok" if self.ok else "FAILED"
        return f"{self.name}: {self.measured:.6g}, expected {self.expected:.6g} ± {self.tolerance:.2g} ({state})"
