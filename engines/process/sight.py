"""The scale at which states of points are seen, of plain numbers: the window asks for it where torch may not be yet."""

from __future__ import annotations


def sight(size: float) -> float:
    """What states of a size, sqrt(alpha² + sigma²), are divided by to be seen: 1, but where variance explodes."""
    return max(1.0, size)
