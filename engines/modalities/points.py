"""Points: tables of one or two numbers a row, read strictly from CSV and NPY, and written back exactly."""

from __future__ import annotations

import io
import math
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from engines.errors import BadPoints
from engines.files import write_atomic
from engines.modalities.points_text import chosen_rows, read_table

Array = np.ndarray[Any, np.dtype[Any]]
MAX_POINTS = 1_000_000  # of a file that has more, so many are drawn
MAX_FILE = 4 * 2**30  # bytes
MOST = 2  # numbers of a point
MILLION = 1e6
UNLIKE = 20  # times as far as the other a column spreads beside which that one is a line
NPY, ZIP, PICKLE = b"\x93NUMPY", b"PK\x03\x04", b"\x80"
NAMES = ("x", "y")
DECIMALS = ", or put semicolons between them where commas are decimal marks"
OBJECTS = ("Object arrays cannot be loaded", "Python objects in dtype")  # in numpy's words, read whole and mapped


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points of a file.

    values: (N, d) float64, finite, in the units of the file; d is 1 or 2. names: of the columns, or ().
    note: what is to be known of them before they are used, as that not all of the file was taken, else "".
    """

    values: Array
    names: tuple[str, ...] = ()
    note: str = ""


def read_points(source: Path | bytes, name: str = "", limit: int = MAX_POINTS, seed: int = 0) -> Points:
    """Read points from a CSV or NPY file; the content decides which it is, not the name.

    Args:
        source: a file or its bytes (a clipboard's text in UTF-8).
        name: what to call it in a sentence, for bytes.
        limit: how many are taken at most; of more, so many are drawn at random by the seed, and `note` says so.

    Raises:
        BadPoints: missing, empty, damaged, ragged, text, NaN or infinite numbers, more than two columns, or a
            pickle, which could run programs.
    """
    title = name or (source.name if isinstance(source, Path) else "The table")
    with _opened(source, title) as file:
        start = file.read(len(NPY))
        file.seek(0)
        if start == NPY:
            return _from_npy(source, title, limit, seed)
        _check_start(start, title)
        table = read_table(file, title, limit, seed)
    _check_columns(table.values.shape[1], title, DECIMALS if table.values.shape[1] == 2 * MOST else "")
    note = _drawn(title, table.lines, "lines", limit) if table.lines > limit else ""
    return Points(table.values, table.names, _noted(note, table.values, table.names))


def csv_bytes(values: Array, names: Sequence[str] = ()) -> bytes:
    """Points (N, 1 or 2) as CSV with names on top (x and y by default); every digit survives."""
    head = ",".join(map(_quoted, names or NAMES[:values.shape[1]]))
    rows: list[list[float]] = values.astype(np.float64).tolist()
    return "\n".join([head, *(",".join(map(repr, row)) for row in rows), ""]).encode()


def _quoted(name: str) -> str:
    """A name as a cell of CSV."""
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"\n') else name


def npy_bytes(values: Array, names: Sequence[str] = ()) -> bytes:
    """Points (N, 1 or 2) as NPY, float64: (N, d), or with names of columns (N,) with fields of these names."""
    out = io.BytesIO()
    table = np.ascontiguousarray(values, np.float64)
    named = table.view([(name, np.float64) for name in _apart(names)])[:, 0] if names else table
    # the version that knows names of any letters; for all other arrays numpy's own choice, as ever
    np.lib.format.write_array(out, named, (3, 0) if names else None, allow_pickle=False)
    return out.getvalue()


def _apart(names: Sequence[str]) -> Sequence[str]:
    """The names, where two are alike with a number: fields need names of their own."""
    return [name if name not in names[:k] else f"{name} {k + 1}" for k, name in enumerate(names)]


def write_points(file: Path, values: Array, names: Sequence[str] = ()) -> None:
    """Write points (N, 1 or 2) as the ending of the file's name says: .csv or .npy.

    Raises BadPoints for another ending, DiskFull or NotWritable when it cannot be written.
    """
    ending = file.suffix.lower()
    if ending not in {".csv", ".npy"}:
        raise BadPoints(f"“{file.name}” does not say how points are to be saved; let it end in .csv or .npy.")
    write_atomic(file, csv_bytes(values, names) if ending == ".csv" else npy_bytes(values))


@contextmanager
def _opened(source: Path | bytes, title: str) -> Generator[IO[bytes], None, None]:
    """The file or bytes to read from; raises BadPoints when there is nothing to be read."""
    if isinstance(source, bytes):
        _check_size(len(source), title)
        yield io.BytesIO(source)
        return
    try:
        if source.exists() and not source.is_file():
            raise BadPoints(f"“{source}” is not a file; choose a CSV or NPY file.")
        _check_size(source.stat().st_size, title)
        with source.open("rb") as file:
            yield file
    except OSError as error:
        raise BadPoints(f"“{source}” cannot be opened ({error.strerror or error}); choose another file.") from error


def _check_size(size: int, title: str) -> None:
    if not size:
        raise BadPoints(f"“{title}” is empty (0 bytes); choose another file.")
    if size > MAX_FILE:
        raise BadPoints(f"“{title}” has {size / 2**30:.1f} GB; at most {MAX_FILE // 2**30} GB can be opened.")


def _check_start(start: bytes, title: str) -> None:
    """Refuse by its first bytes what is no table."""
    if start.startswith(ZIP):
        raise BadPoints(f"“{title}” is an archive (NPZ, XLSX or ZIP); save one array as NPY, or the table as CSV.")
    if start.startswith(PICKLE):
        raise BadPoints(f"“{title}” is a pickle, which could run programs; save the points as CSV or NPY.")


def _check_columns(columns: int, title: str, hint: str = "") -> None:
    if columns > MOST:
        raise BadPoints(f"“{title}” has {columns:,} columns; points have one or two, so keep only those to be used"
                        f"{hint}.")


def _from_npy(source: Path | bytes, title: str, limit: int, seed: int) -> Points:
    """Points of an NPY file; only the rows that are taken are read from a disk."""
    found = _loaded(source, title)
    names = found.dtype.names or ()
    array = _table(_unnamed(found, title), title)
    count = len(array)
    taken = array if count <= limit else array[chosen_rows(count, limit, seed)]
    values = np.array(taken, dtype=np.float64)
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).any(1).sum())
        which = "1 row" if bad == 1 else f"{bad:,} rows"
        raise BadPoints(f"“{title}” has NaN or infinite numbers in {which}; take such rows out.")
    note = _drawn(title, count, "rows", limit) if count > limit else ""
    return Points(values, names, _noted(note, values, names))


def _loaded(source: Path | bytes, title: str) -> Array:
    """The array of an NPY file, mapped where that is possible; raises BadPoints."""
    try:
        if isinstance(source, bytes):
            return np.load(io.BytesIO(source), allow_pickle=False)
        return np.load(source, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # whatever a damaged header leads numpy to
        if any(words in str(error) for words in OBJECTS):
            raise BadPoints(f"“{title}” holds Python objects, which could run programs; save an array of "
                            "numbers.") from error
        raise BadPoints(f"“{title}” is damaged or cut short; save it again.") from error


def _unnamed(array: Array, title: str) -> Array:
    """The array itself, or the columns of one with fields of numbers as (N, columns); raises BadPoints."""
    if array.dtype.names is None:
        return array
    _check_columns(len(array.dtype.names), title)
    columns = [array[name] for name in array.dtype.names]
    bad = next((column.dtype for column in columns if column.dtype.kind not in "iuf"), None)
    if bad is not None or array.ndim != 1:
        raise BadPoints(f"“{title}” holds fields of the type {bad or array.dtype}; save its numbers as float64.")
    return np.stack([column.astype(np.float64) for column in columns], axis=1)


def _table(array: Array, title: str) -> Array:
    """The array as (N, 1 or 2); raises BadPoints when it is of another kind or shape."""
    if array.dtype.kind not in "iuf":
        raise BadPoints(f"“{title}” holds values of the type {array.dtype}; save it as float64.")
    shape = "×".join(f"{n:,}" for n in array.shape) or "a single number"
    if array.ndim not in {1, 2}:
        raise BadPoints(f"“{title}” is an array of {shape}; points are rows of one or two numbers.")
    if not array.size:
        raise BadPoints(f"“{title}” holds no points ({shape}); choose another file.")
    table = array[:, None] if array.ndim == 1 else array
    if table.shape[1] > MOST >= len(table):
        raise BadPoints(f"“{title}” is an array of {shape}, with a column for each point; save it transposed.")
    _check_columns(table.shape[1], title)
    return table


def _noted(note: str, values: Array, names: Sequence[str]) -> str:
    """A note, and a sentence where one column spreads so much farther that nothing is seen of the other."""
    with np.errstate(all="ignore"):  # of numbers near the largest that there are there is no square
        spread = values.std(axis=0)
        ratio = float(spread.max() / spread.min())
    if len(spread) < MOST or not UNLIKE < ratio < math.inf:
        return note
    called = names or NAMES
    wide, narrow = called[int(spread.argmax())], called[int(spread.argmin())]
    times = f"{ratio:,.0f}" if ratio < MILLION else "over a million"
    told = (f"“{wide}” spreads {times} times as far as “{narrow}”, and one scale serves "
            f"both; write it in a larger unit to see more of “{narrow}” than a line.")
    return f"{note} {told}".strip()


def _drawn(title: str, count: int, unit: str, limit: int) -> str:
    return f"“{title}” has {count:,} {unit}; {limit:,} of them were drawn at random."
