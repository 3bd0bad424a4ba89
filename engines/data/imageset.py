"""ImageSet: images of one size in memory, with classes and a fixed split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engines.counted import counted
from engines.data.order import batch_order


@dataclass(frozen=True, slots=True)
class ImageSet:
    """A data set ready for training.

    images: (N, C, H, W) uint8, perhaps memory-mapped; labels: (N,) int64, −1 where there is no class;
    train, validation, test: indices of the parts, disjoint; licence and source travel into the model.
    fingerprint: of what decides which image and label each index means; "" where that never changes.
    """

    title: str
    images: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    licence: str
    source: str
    fingerprint: str = ""

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return int(self.images.shape[1])

    @property
    def size(self) -> int:
        """Side of the images in pixels."""
        return int(self.images.shape[2])

    @property
    def described(self) -> str:
        """“120 images in 3 classes”."""
        classes = len(self.classes)
        inside = f" in {classes:,} {'class' if classes == 1 else 'classes'}" if classes else ""
        return f"{counted(len(self.images), 'image')}{inside}"

    def drawn(self, seed: int, step: int, count: int) -> tuple[Tensor, Tensor]:
        """The images of a training step, each exactly once an epoch, and their labels."""
        return self.batch(self.train[batch_order(len(self.train), seed, step * count, count)])

    def held_back(self, most: int) -> tuple[Tensor, Tensor]:
        """The first images to validate on, and their labels."""
        return self.batch(self.validation[:most])

    def batch(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        """Images (B, C, H, W) float32 in [−1, 1] and labels (B,) long of these indices."""
        return to_unit(self.images[index]), torch.as_tensor(self.labels[index])


def to_unit(images: np.ndarray) -> Tensor:
    """uint8 images of any shape as float32 in [−1, 1]."""
    return torch.as_tensor(np.ascontiguousarray(images)).float() / 127.5 - 1
