"""A damaged picture as a problem: what was measured of it, and what it was where that is known."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engines.inverse.base import Measurement
from engines.operators.base import LinearOperator

RIDGE = 1e-3  # of Tikhonov's method where there is no noise


@dataclass(frozen=True, slots=True)
class Problem:
    """What is known: y, and where the picture was whole what it was, (1, C, H, W) in [−1, 1]."""

    measurement: Measurement
    truth: Tensor | None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what is looked for."""
        return self.measurement.operator.shape_in

    def looked(self) -> Tensor:
        """The measurement as a picture (1, C, h, w): itself where it is one, else the least that it says of one."""
        y = self.measurement.y[:1]
        return y if y.ndim == 4 and y.shape[1] in {1, 3} else self.least()

    def least(self) -> Tensor:
        """What the measurement alone says of what is looked for, (1, C, H, W): y itself where it has that shape.

        Of a linear one else what Tikhonov's method finds, since a pseudo-inverse would magnify the noise.
        """
        operator, y = self.measurement.operator, self.measurement.y[:1]
        if operator.shape_out == operator.shape_in:
            return y
        if isinstance(operator, LinearOperator):
            return operator.prox(torch.zeros(1, *self.shape).to(y), y, max(self.measurement.noise**2, RIDGE))
        return operator.pinv(y)
