"""How many samples a training looks at besides those it learns from, by the kind of data."""

from __future__ import annotations

from dataclasses import dataclass

from engines.modality import Modality


@dataclass(frozen=True, slots=True)
class Portions:
    """Numbers of samples.

    at_once: in one evaluation on the side, at most; validation: to validate on, at most; previews: that are drawn to
    look at; limit: what they are kept within on either side, None for no limit. noun: what one of them is called;
    smaller: what takes less memory.
    """

    at_once: int
    validation: int
    previews: int
    limit: float | None
    noun: str
    smaller: str


PORTIONS = {
    # more images at once are no faster; 512 are enough for eight noise levels, and take seconds rather than minutes
    Modality.IMAGE: Portions(128, 512, 20, 1.0, "image", "a smaller network or image size"),
    # of points a shape is seen in a thousand, and evaluations of a few thousand take milliseconds
    Modality.POINTS: Portions(4096, 4096, 1000, None, "point", "a smaller network"),
}
