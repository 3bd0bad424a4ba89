"""Modality: the kind of data that a model makes and a task works on."""

from __future__ import annotations

from enum import StrEnum


class Modality(StrEnum):
    """A kind of data, by the name that files of models have for it."""

    IMAGE = "image"
    POINTS = "points"

    @property
    def noun(self) -> str:
        """Several of its samples, in a sentence."""
        return "images" if self is Modality.IMAGE else "points"

    @property
    def single(self) -> str:
        """One of its samples, in a sentence."""
        return "image" if self is Modality.IMAGE else "point"

    def shape(self, channels: int, size: int) -> tuple[int, ...]:
        """Of one sample: (C, size, size) of an image; (d,) of a point, whose coordinates are its channels."""
        return (channels, size, size) if self is Modality.IMAGE else (channels,)
