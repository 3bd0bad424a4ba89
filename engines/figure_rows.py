"""Rows of figures kept as CSV: what a comparison or a batch came to, for a table and for other programs. No torch."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.files import write_atomic

TABLE = "table"  # the kind of such a file among those of a run


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, its head, what it means in words; and how it is written.

    digits: of a number behind the point, −1 for words. told is "" for what is not shown but kept with the rest.
    """

    name: str
    title: str
    told: str
    digits: int = -1


# what is measured of restored pictures, alike wherever it is told
PSNR = Column("psnr", "PSNR, dB", "peak signal-to-noise ratio against the picture as it was; more is nearer", 2)
SSIM = Column("ssim", "SSIM", "structural similarity to the picture as it was; 1 for the same", 3)
LEFT = Column("residual", "Residual", "root mean square of y − A(x) in units of [−1, 1]: how far it is from what was "
                                      "measured", 4)
SECONDS = Column("seconds", "Seconds", "how long it took", 1)
WHY = Column("why", "Remark", "why there are no figures")

METHODS = (Column("name", "Name", ""), Column("title", "Method", "how the measurement steers the model"), PSNR, SSIM,
           LEFT, Column("calls", "Calls", "network evaluations that each answer took", 0),
           Column("steps", "Steps", "moves that take about as many network calls as the other methods make", 0),
           SECONDS, WHY, Column("options", "Options", ""))
FOLDER = (Column("file", "Picture", "a file of the folder"), PSNR, SSIM, LEFT, SECONDS,
          Column("result", "Result", "the file that was written"), WHY)


def save_rows(file: Path, columns: Sequence[Column], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV, atomically; what a row does not have, and what is no number, stays empty. Raises DiskFull."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_written(row.get(column.name)) for column in columns])
    write_atomic(file, out.getvalue().encode())


def _written(value: object) -> object:
    """A cell of the file: every digit of a number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(value) if isinstance(value, float) else value


def read_rows(file: Path) -> list[dict[str, str]]:
    """The rows of a file, each cell by the name of its column; none where it is missing or damaged."""
    try:
        found = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    except (OSError, ValueError, csv.Error):
        return []
    return [{name: cell or "" for name, cell in row.items() if name} for row in found]


def number(text: str) -> float:
    """The number in a cell, NaN where there is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def document(file: Path) -> list[dict[str, object]]:
    """The rows of a file as JSON has them: numbers as numbers, an empty cell as null, infinity as a text."""
    return [{name: _plain(cell) for name, cell in row.items()} for row in read_rows(file)]


def _plain(cell: str) -> object:
    value = number(cell)
    if math.isfinite(value):
        return int(value) if cell.lstrip("-").isdigit() else value
    return cell or None


def shown(columns: Sequence[Column], row: Mapping[str, str]) -> list[str]:
    """The cells of a row as a table for people shows them: words as they are, numbers with so many digits."""
    return [_told(column, row.get(column.name, "")) for column in columns]


def _told(column: Column, cell: str) -> str:
    value = number(cell)
    if column.digits < 0 or math.isnan(value):
        return cell if column.digits < 0 else ""
    # with a true minus, and none before what is written as zero
    return "∞" if math.isinf(value) else f"{value:z,.{column.digits}f}".replace("-", "−")
