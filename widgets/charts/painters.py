"""Which painter a chart has, by what its sheet shows."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSizeF

from widgets.charts.data import ChartSheet
from widgets.charts.named_paint import NamedPainter
from widgets.charts.paint import ChartPainter
from widgets.charts.picture_paint import PicturePainter
from widgets.charts.plane_paint import PlanePainter
from widgets.charts.rooms import Edges
from widgets.charts.table_paint import TablePainter
from widgets.drawing.theme import Theme


def painter_of(sheet: ChartSheet, theme: Theme, size: QSizeF, hidden: Collection[str] = (),
               edges: Edges | None = None) -> ChartPainter:
    """The painter of a table, of pictures, the plane, named places or lines; arguments as of `ChartPainter`."""
    if sheet.table is not None:
        return TablePainter(sheet, theme, size, hidden, edges)
    if sheet.pictures:
        return PicturePainter(sheet, theme, size, hidden, edges)
    if sheet.shade is not None:
        return PlanePainter(sheet, sheet.shade, theme, size, hidden, edges)
    if sheet.x.names:
        return NamedPainter(sheet, theme, size, hidden, edges)
    return ChartPainter(sheet, theme, size, hidden, edges)
