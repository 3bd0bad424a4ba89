"""What a training learns from, whatever the kind of data."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor


class Source(Protocol):
    """Examples with labels, −1 where there is no class; `licence` and `source` travel into the model.

    `fingerprint` is of what decides which example each draw means; "" where that never changes.
    """

    @property
    def title(self) -> str:
        """What it is called."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """Names in order of their labels, () where there are none."""
        ...

    @property
    def licence(self) -> str:
        """Of the data, "" where none is known."""
        ...

    @property
    def source(self) -> str:
        """Where it came from, in words."""
        ...

    @property
    def fingerprint(self) -> str:
        """See above."""
        ...

    @property
    def described(self) -> str:
        """How much there is of it, in words ("120 images in 3 classes")."""
        ...

    def drawn(self, seed: int, step: int, count: int) -> tuple[Tensor, Tensor]:
        """The batch of a training step: float32 (count, …) and labels (count,) long, by the arguments alone."""
        ...

    def held_back(self, most: int) -> tuple[Tensor, Tensor]:
        """At most so many examples that no step learns from, (0, …) where there are none, and their labels."""
        ...
