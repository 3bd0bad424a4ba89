"""Points as text: CSV and its relatives, read strictly, with the place of the first fault."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import IO, Any

import numpy as np

from engines.errors import BadPoints

Array = np.ndarray[Any, np.dtype[Any]]
HEAD, CHUNK = 2**16, 2**24  # bytes
FIRST = 64  # lines
DELIMITERS = ";\t,"  # the first of these in the first line; blanks if none is


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers (N, columns) float64, the names of the columns or (), and how many lines the file has."""

    values: Array
    names: tuple[str, ...]
    lines: int


def read_table(file: IO[bytes], title: str, limit: int, seed: int) -> Table:
    """Read a table of numbers; of more lines than the limit, so many are drawn at random by the seed.

    Commas, semicolons, tabs or blanks part the cells; with any but commas, a comma may be the decimal sign.
    One line of names may stand on top; lines that are blank or begin with # are skipped.

    Raises BadPoints with the line and column of the first fault.
    """
    _check_text(file.read(HEAD), title)
    file.seek(0)
    count = _lines(file)
    file.seek(0)
    wanted = np.ones(count, dtype=bool) if count <= limit else _some(count, limit, seed)
    # the first lines are read whether they are drawn or not, as they tell what the others are
    read = wanted | (np.arange(count) < FIRST)
    texts = _decoded(list(compress(file, read.tobytes())), title)
    rows = [(int(n) + 1, text) for n, text in zip(np.flatnonzero(read), texts, strict=True)
            if text and not text.startswith("#")]
    delimiter = next((sign for sign in DELIMITERS if rows and sign in rows[0][1]), None)
    names = _names(rows[0][1], delimiter) if rows else ()
    drawn = [row for row in rows[1 if names else 0:] if wanted[row[0] - 1]]
    if not drawn:
        raise BadPoints(f"“{title}” holds no rows of numbers; give it a point on each line.")
    values = _numbers(drawn, delimiter, title)
    return Table(values, names if len(names) == values.shape[1] else (), count)


def chosen_rows(count: int, limit: int, seed: int) -> Array:
    """`limit` different rows of `count`, at random but in order; the same seed gives the same."""
    # Philox is specified to the bit: a file is drawn alike on every machine
    source = np.random.Generator(np.random.Philox(key=[seed, count]))
    return np.sort(source.choice(count, limit, replace=False, shuffle=False))


def _some(count: int, limit: int, seed: int) -> Array:
    """Which of `count` lines are kept, (count,) bool."""
    keep = np.zeros(count, dtype=bool)
    keep[chosen_rows(count, limit, seed)] = True
    return keep


def _check_text(head: bytes, title: str) -> None:
    """Raise BadPoints for a beginning that is no text of ours."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadPoints(f"“{title}” is written in UTF-16; save it as CSV in UTF-8.")
    if b"\0" in head:
        raise BadPoints(f"“{title}” is neither a table of text nor an NPY file; save the points as CSV.")
    if b"\n" not in head and b"\r" in head:
        raise BadPoints(f"“{title}” has the line ends of early Macs; save it as CSV in UTF-8.")
    if len(head) == HEAD and b"\n" not in head:
        raise BadPoints(f"“{title}” has no line breaks in its first {HEAD // 1024} KB; put each point on a line.")


def _lines(file: IO[bytes]) -> int:
    """How many lines a file has, the last one with or without its end."""
    count, last = 0, b"\n"
    while chunk := file.read(CHUNK):
        count += chunk.count(b"\n")
        last = chunk[-1:]
    return count + (last != b"\n")


def _decoded(lines: list[bytes], title: str) -> list[str]:
    try:
        return [text.strip() for text in b"".join(lines).decode("utf-8-sig").split("\n")][:len(lines)]
    except UnicodeDecodeError as error:
        raise BadPoints(f"“{title}” is no text in UTF-8; save it as CSV in UTF-8.") from error


def _cells(text: str, delimiter: str | None) -> list[str]:
    """The cells of a line, without the quotes around them and with points for decimal commas."""
    cells = [cell.strip().strip('"').strip() for cell in text.split(delimiter)]
    return cells if delimiter == "," else [cell.replace(",", ".") for cell in cells]


def _names(text: str, delimiter: str | None) -> tuple[str, ...]:
    """The names that the first line gives the columns, or () when any of its cells is a number or empty."""
    # a sign between quotes parts no cells
    cells = _cells(text, None) if delimiter is None else \
        [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter, skipinitialspace=True))]
    return () if any(not cell or _number(cell.replace(",", ".")) for cell in cells) else tuple(cells)


def _numbers(rows: Sequence[tuple[int, str]], delimiter: str | None, title: str) -> Array:
    """Lines with their numbers as an array (N, columns); raises BadPoints."""
    texts = [text for _, text in rows]
    if delimiter != ",":
        texts = [text.replace(",", ".") for text in texts]
    try:
        values: Array = np.loadtxt(texts, np.float64, comments=None, delimiter=delimiter, ndmin=2, quotechar='"')
    except ValueError as error:
        raise BadPoints(_fault(rows, delimiter, title)) from error
    if len(values) != len(rows):  # a quote that is not closed makes one row of several lines
        raise BadPoints(_fault(rows, delimiter, title))
    if not np.isfinite(values).all():
        row, column = (int(k) for k in np.argwhere(~np.isfinite(values))[0])
        what = "NaN" if np.isnan(values[row, column]) else "an infinite number"
        raise BadPoints(f"“{title}” has {what} in line {rows[row][0]:,}, column {column + 1}; take such lines out.")
    return values


def _fault(rows: Sequence[tuple[int, str]], delimiter: str | None, title: str) -> str:
    """The sentence for the first line that is no row of numbers like the first."""
    width = len(_cells(rows[0][1], delimiter))
    for line, text in rows:
        cells = _cells(text, delimiter)
        bad = next((k for k, cell in enumerate(cells) if not _number(cell)), None)
        if bad is not None:
            what = f"the text “{cells[bad][:40]}”" if cells[bad] else "an empty cell"
            return (f"“{title}” has {what} in line {line:,}, column {bad + 1}, where only a number can be; put one "
                    "there or take the line or the column out.")
        if len(cells) != width:
            return (f"“{title}” is ragged: line {line:,} has {len(cells)} and line {rows[0][0]:,} has {width} cells; "
                    "give every line as many.")
    return f"“{title}” cannot be read as a table of numbers; save it as CSV again."


def _number(cell: str) -> bool:
    """Whether a cell is a number, NaN and infinity included."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell  # Python's own grouping, which no table uses
