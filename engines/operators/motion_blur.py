"""Blur by a straight motion of the camera."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.operators.blur import Blurring, check_reach

POINTS = 16  # on each pixel of the way


class MotionBlur(Blurring):
    """The kernel is a line through the middle, every point of which is shared by the four pixels around it."""

    name: ClassVar[str] = "motion-blur"
    title: ClassVar[str] = "Motion blur"
    short: ClassVar[str] = "motion blur"
    summary: ClassVar[str] = "Spreads every point along a line, as a moving camera does; opposite edges meet."

    length: float = option(7, title="Length", unit="px", ge=1, le=100, widget="log-slider",
                           help="How far the camera moves.")
    angle: float = option(30, title="Angle", unit="°", ge=-180, le=180, widget="slider",
                          help="Direction of the motion, from the horizontal and counted anticlockwise.")

    def kernel(self, shape: tuple[int, ...], files: Mapping[str, Tensor]) -> Tensor:
        """Side 2·⌈length / 2⌉ + 3; raises BadInput where the line is longer than the shorter side."""
        del files
        check_reach("length", self.length, min(shape[-2:]), shape)
        count = max(round(POINTS * self.length), 1)
        along = ((torch.arange(count, dtype=torch.float64) + 0.5) / count - 0.5) * self.length
        turn = math.radians(self.angle)
        pixels = torch.arange(-_reach(self.length), _reach(self.length) + 1, dtype=torch.float64)
        # rows are counted downwards
        rows, columns = (_shares(pixels, along * step) for step in (-math.sin(turn), math.cos(turn)))
        return rows.T @ columns


def _reach(length: float) -> int:
    """How many pixels from the middle a line can touch."""
    return math.ceil(length / 2) + 1


def _shares(pixels: Tensor, places: Tensor) -> Tensor:
    """What each of K pixels has of M points along an axis, by their distance below 1: (M, K)."""
    return (1 - (places[:, None] - pixels[None, :]).abs()).clamp(min=0)
