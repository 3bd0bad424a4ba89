"""Points to train on: fresh ones of a known set in every step, or the rows of a table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engines.counted import counted
from engines.data.order import batch_order
from engines.data.points.base import PointSet
from engines.data.split import divided, held_back
from engines.denoiser import NO_CLASS
from engines.units import Units


@dataclass(frozen=True, slots=True)
class FreshPoints:
    """A known set without end: no point comes twice, and each is a function of seed and step.

    fingerprint: of the set and its options, from which it follows which points a step draws.
    """

    points: PointSet
    fingerprint: str = ""

    @property
    def units(self) -> Units | None:
        """Those of the set."""
        return self.points.units()

    @property
    def title(self) -> str:
        """That of the set."""
        return self.points.title

    @property
    def dimension(self) -> int:
        """Numbers of a point."""
        return self.points.dimension

    @property
    def classes(self) -> tuple[str, ...]:
        """Those of the set."""
        return self.points.classes()

    @property
    def licence(self) -> str:
        """None: they are made here."""
        return ""

    @property
    def source(self) -> str:
        """The set in words."""
        return f"Fresh points of {self.points.title}"

    @property
    def described(self) -> str:
        """“fresh points of Ring of blobs in 8 classes”."""
        return f"fresh points of {self.points.title}{_inside(self.classes)}"

    def drawn(self, seed: int, step: int, count: int) -> tuple[Tensor, Tensor]:
        """Points of a training step and their labels."""
        x, labels = self.points.labelled(count, seed, f"step {step}")
        return x.float(), labels

    def held_back(self, most: int) -> tuple[Tensor, Tensor]:
        """So many points that no step draws, and their labels."""
        x, labels = self.points.labelled(most, use="validation")
        return x.float(), labels

    def seen(self, count: int) -> str:
        """What so many of `held_back` are: “1,000 fresh points”."""
        return counted(count, "fresh point")


@dataclass(frozen=True, slots=True)
class StoredPoints:
    """So many points (N, d) and no more, at the scale of the known sets; one in twenty of many is held back.

    name: what they are called; train, validation: which of them are learnt from and which are not; units: of the
    user's own numbers.
    """

    name: str
    points: Tensor
    fingerprint: str
    train: np.ndarray
    validation: np.ndarray
    units: Units | None = None

    @classmethod
    def of(cls, name: str, points: Tensor, units: Units | None = None) -> StoredPoints:
        """The data of points of that name."""
        values = np.ascontiguousarray(points.numpy(), dtype="<f8")
        split = divided(len(points), held_back(len(points)))
        return cls(name, points, hashlib.sha256(values.tobytes()).hexdigest(), *split, units)

    @property
    def title(self) -> str:
        """Their name."""
        return self.name

    @property
    def dimension(self) -> int:
        """Numbers of a point."""
        return int(self.points.shape[1])

    @property
    def classes(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def licence(self) -> str:
        """Unknown."""
        return ""

    @property
    def source(self) -> str:
        """Their name and number."""
        return f"“{self.name}”, {self.described}"

    @property
    def described(self) -> str:
        """“2,000 points”."""
        return counted(len(self.points), "point")

    def drawn(self, seed: int, step: int, count: int) -> tuple[Tensor, Tensor]:
        """The rows of a training step, each exactly once an epoch, of no class."""
        return self._rows(self.train[batch_order(len(self.train), seed, step * count, count)])

    def held_back(self, most: int) -> tuple[Tensor, Tensor]:
        """The first rows to validate on."""
        return self._rows(self.validation[:most])

    def seen(self, count: int) -> str:
        """What so many of `held_back` are: “17 of 350 points, held out”; where there are none, “200 points, all
        learned from”.
        """
        if not len(self.validation):
            return f"{self.described}, all learned from"
        return f"{min(count, len(self.validation)):,} of {self.described}, held out"

    def _rows(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        return self.points[torch.as_tensor(index)].float(), torch.full((len(index),), NO_CLASS)


def data_of(points: PointSet, files: Mapping[str, bytes]) -> FreshPoints | StoredPoints:
    """What a training on a set learns from, with the files that go with its recipe; raises BadPoints."""
    whole = points.bound(files)
    rows = whole.rows()
    if rows is not None:
        return StoredPoints.of(whole.title, rows, whole.units())
    known = points.model_dump_json().encode() + files.get(points.attached(), b"")
    return FreshPoints(whole, hashlib.sha256(known).hexdigest())


def _inside(classes: tuple[str, ...]) -> str:
    return f" in {len(classes):,} classes" if classes else ""
