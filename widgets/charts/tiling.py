"""How the charts of a board share its room: which is the table over the others, how many in a row, how high."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.charts.data import ChartSheet

AROUND = 80, 190  # px of a chart that are no plot: width and height
LEAST, ALONE, UNDER = 330, 200, 228  # px of a chart's height: of several, which scroll, of one or two, under a table
PICTURES, WORDS = 84, 84  # px of a row of pictures, and of the words around them
BROAD = 1000  # px of width from which on two rows of pictures stand in one
SHAPE = 1.5  # width over height of a plot at its best


def tabled(sheets: Sequence[ChartSheet]) -> ChartSheet | None:
    """The first that is a table, None where none is."""
    return next((sheet for sheet in sheets if sheet.table is not None), None)


def rows_of(sheets: Sequence[ChartSheet | None], across: int) -> list[list[int]]:
    """Numbers of charts in rows of so many, a broad one by itself."""
    rows, broad = list[list[int]](), False
    for k, sheet in enumerate(sheets):
        alone = sheet is not None and sheet.broad
        if rows and len(rows[-1]) < across and not broad and not alone:
            rows[-1].append(k)
        else:
            rows.append([k])
        broad = alone
    return rows


def least(sheet: ChartSheet | None, wide: int, *, several: bool, under: bool) -> int:
    """The height that a chart needs on a board of a width: px.

    several: more than two are in sight, which scroll; under: it stands under a table.
    """
    if sheet is not None and sheet.pictures:
        rows = len({picture.row for picture in sheet.pictures})
        return PICTURES * (rows if wide < BROAD else (rows + 1) // 2) + WORDS
    return UNDER if under else LEAST if several else ALONE


def plot_width(width: float, height: float) -> float:
    """The width of the plot of a chart of this size, as far as its height suits it: px."""
    return min(width - AROUND[0], SHAPE * (height - AROUND[1]))
