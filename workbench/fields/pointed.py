"""Arrows at a place of the canvas: along vectors of the plane, or of a line along the axis of its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from widgets.fields.pointers import Pointer, tweedie

Moves = Mapping[str, np.ndarray]
SEEN = 0.35  # data units that the longest arrow of a term has at least, as the moves of small steps are tiny
NOTHING = 1e-6  # of the longest move that is none


@dataclass(frozen=True, slots=True)
class Stand:
    """Where arrows begin.

    Args:
        at: on the canvas.
        values: the axis of the canvas that the values of a line lie along, 0 or 1; None in the plane.
        lane: on a line, how far beside one arrow the next begins, or they would hide one another.
    """

    at: tuple[float, float]
    values: int | None = None
    lane: float = 0.0

    def ends(self, move: np.ndarray, k: int = 0) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where an arrow (d,) begins and ends, the k-th of those here."""
        start = np.array(self.at, np.float64)
        if self.values is None:
            end = start + move
        else:
            start[1 - self.values] += k * self.lane
            end = start.copy()
            end[self.values] += move[0]
        return (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))

    def estimate(self, way: np.ndarray, *, learned: bool = False) -> Pointer:
        """The step (d,) to what is expected of the data, exactly or by a network."""
        return tweedie(*self.ends(way, int(learned)), learned=learned)


def pointers(moves: Moves, stand: Stand, scale: float, titles: Mapping[str, str]) -> list[Pointer]:
    """Arrows along the moves (d,) of the terms of a particle, all enlarged alike where they are too short to see.

    scale: what states are divided by to be seen.
    """
    lengths = {name: float(np.linalg.norm(move)) / scale for name, move in moves.items()}
    longest = max(lengths.values(), default=0.0)
    if longest <= 0:
        return []
    times = max(1.0, SEEN / longest) / scale
    shown = [name for name in moves if lengths[name] > NOTHING * longest]
    return [Pointer(*stand.ends(moves[name] * times, k), name, titles.get(name, name)) for k, name in enumerate(shown)]
