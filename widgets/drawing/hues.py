"""Colours made of a theme's by the eye's measure: ramps of even steps and hues of even lightness (OKLab).

Source: B. Ottosson, "A perceptual color space for image processing", 2020.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

Colours = NDArray[np.float64]  # (…, 3) in [0, 1]

_TO_CONES = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])
_TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])
TURN = 0.3819660113  # of a circle: the golden angle, at which any number of hues stay apart
STEP = 0.07  # of lightness, by which neighbours differ too, for those who do not see their hues


def rgb(colour: str) -> Colours:
    """A theme colour as (3,) in [0, 1]."""
    found = QColor(colour)
    return np.array((found.redF(), found.greenF(), found.blueF()))


def to_lab(colours: Colours) -> Colours:
    """sRGB (…, 3) in [0, 1] to OKLab: lightness, green to red, blue to yellow."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((np.maximum(colours, 0) + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T


def from_lab(lab: Colours) -> Colours:
    """OKLab (…, 3) to sRGB in [0, 1]; what no screen can show is moved to the nearest that it can."""
    cones = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    linear = np.clip(cones @ np.linalg.inv(_TO_CONES).T, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


@lru_cache(maxsize=64)
def ramp(low: str, high: str, count: int = 256) -> Colours:
    """Colours (count, 3) from one theme colour to another in steps that look even."""
    share = np.linspace(0.0, 1.0, count)[:, None]
    return from_lab(to_lab(rgb(low)) * (1 - share) + to_lab(rgb(high)) * share)


@lru_cache(maxsize=64)
def hues(first: str, count: int) -> Colours:
    """Colours (count, 3) for kinds that have no order, the first one given; neighbours differ in lightness too."""
    light, green, blue = to_lab(rgb(first))
    strength, angle = np.hypot(green, blue), np.arctan2(blue, green)
    index = np.arange(count)
    turned = angle + 2 * np.pi * TURN * index
    lightness = light + STEP * ((index + 1) % 3 - 1)
    return from_lab(np.stack([lightness, strength * np.cos(turned), strength * np.sin(turned)], axis=1))


def to_colour(rgb_values: Colours, alpha: float = 1.0) -> QColor:
    """One colour (3,) as Qt has it, with an opacity in [0, 1]."""
    red, green, blue = (float(value) for value in rgb_values)
    return QColor.fromRgbF(red, green, blue, alpha)
