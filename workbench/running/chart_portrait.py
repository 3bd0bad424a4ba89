"""The picture by which a list shows a run that drew charts: the lines of one of them, without words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from engines.chart import Role

if TYPE_CHECKING:
    from engines.chart import Axis, Chart

SIDE, RIM, WIDE = 192, 22, 7  # px: of the picture, around the lines, and of a line
BARS = 8  # of a table
PAPER, INKS = 255, (24, 110, 160, 70, 190)  # grey levels


def chart_portrait(chart: Chart) -> np.ndarray:
    """The lines of a chart, dark on white, or its first figures as bars where it is a table: (192, 192, 1) uint8."""
    picture = Image.new("L", (SIDE, SIDE), PAPER)
    pen = ImageDraw.Draw(picture)
    if chart.table is not None:
        _draw_bars(pen, np.array([entry.values[0] for entry in chart.table.entries if not entry.quiet][:BARS]))
    lines = [np.stack([_placed(s.x, chart.x), _placed(s.y, chart.y)], 1) for s in chart.series]
    lines = [line[np.isfinite(line).all(1)] for line in lines]
    seen = np.concatenate(lines) if lines else np.empty((0, 2))
    if len(seen):
        low, span = seen.min(0), np.maximum(np.ptp(seen, axis=0), 1e-12)
        for k, line in enumerate(lines):
            at = RIM + (SIDE - 2 * RIM) * (line - low) / span
            if chart.series[k].role is Role.CLOUD:
                pen.point([(float(x), float(SIDE - y)) for x, y in at], INKS[0])
                continue
            pen.line([(float(x), float(SIDE - y)) for x, y in at], INKS[k % len(INKS)], WIDE, joint="curve")
    return np.array(picture)[..., None]


def _draw_bars(pen: ImageDraw.ImageDraw, values: np.ndarray) -> None:
    """A bar for each value ≥ 0, one under the other."""
    most, step = max(float(np.nanmax(values, initial=0.0)), 1e-12), (SIDE - 2 * RIM) / BARS
    for k, value in enumerate(np.nan_to_num(values, posinf=most)):
        top = RIM + k * step
        pen.rectangle((RIM, top, RIM + 4 + (SIDE - 2 * RIM - 4) * float(value) / most, top + 0.6 * step), INKS[0])


def _placed(values: tuple[float, ...], axis: Axis) -> np.ndarray:
    """Values as their axis has them, NaN for those it has no place for."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.array(values, dtype=np.float64)
        return np.where(found > 0, np.log(found), np.nan) if axis.log else found
