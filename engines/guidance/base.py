"""What all guidance has in common: a formula, and what it is wrapped around."""

from __future__ import annotations

from engines.denoiser import Denoiser
from engines.formula import Formulated

Part = type[Formulated] | Formulated


class Guidance(Formulated, Denoiser):
    """A denoiser made from another one, that says of itself what the equation panel shows."""

    def parts(self) -> tuple[Part, ...]:
        """Whose formulas are shown, its own after those of what it wraps."""
        return (type(self),)


def parts_of(denoiser: Denoiser, *parts: Part) -> tuple[Part, ...]:
    """Whose formulas are shown: guidance after the others, where one is at work."""
    return (*parts, *denoiser.parts()) if isinstance(denoiser, Guidance) else parts
