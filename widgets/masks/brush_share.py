"""The size of a brush in proportion to the picture: one for photographs would be a blot on digits."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite


@dataclass(slots=True)
class BrushShare:
    """Size and soft edge of a brush as shares of the longer side of the picture.

    side: that side in pixels, 0 as long as there is no picture.
    """

    size: float = 1 / 12
    soft: float = 1 / 84
    side: int = 0

    def fit(self, side: int) -> bool:
        """Take over the longer side of a picture; whether it is another one, so that the brush has other `pixels`."""
        other = side not in {0, self.side}
        self.side = side or self.side
        return other

    def learn(self, size: float, soft: float) -> None:
        """Take over what was chosen, in pixels; without rounding, so that it comes back from a smaller picture."""
        if self.side:
            self.size, self.soft = size / self.side, soft / self.side

    def bring_back(self, size: object, soft: object) -> None:
        """Take over shares that were kept; damaged ones leave the brush as it is."""
        match size, soft:
            case (int() | float() as size, int() | float() as soft) if isfinite(size + soft) and size > 0 and soft >= 0:
                self.size, self.soft = min(float(size), 1.0), min(float(soft), 1.0)
            case _:
                pass

    @property
    def pixels(self) -> tuple[int, int]:
        """Size and soft edge in pixels of the picture."""
        return round(self.size * self.side), round(self.soft * self.side)
