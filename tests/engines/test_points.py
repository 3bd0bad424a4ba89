"""Points from files: exact round trips, every relative of CSV, and each kind of bad table as one sentence."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engines.errors import BadInput, BadPoints, NotWritable
from engines.modalities.points import csv_bytes, npy_bytes, read_points, write_points

TABLES = arrays.arrays(np.float64, st.tuples(st.integers(1, 20), st.integers(1, 2)),
                       elements=st.floats(allow_nan=False, allow_infinity=False))
PAIRS = [[1.5, -2.0], [3.0, 4e-3]]


def npy(array: np.ndarray, *, pickled: bool = False) -> bytes:
    out = io.BytesIO()
    np.save(out, array, allow_pickle=pickled)
    return out.getvalue()


@settings(deadline=None, max_examples=80)
@given(TABLES)
def test_points_survive_csv_and_npy_to_the_bit(values: np.ndarray) -> None:
    for data in (csv_bytes(values), npy_bytes(values)):
        found = read_points(data)
        assert np.array_equal(found.values, values)
        assert found.values.dtype == np.float64
        assert "drawn at random" not in found.note


@pytest.mark.parametrize("ending", ["csv", "npy", "CSV"])
def test_files_are_written_and_read_back(tmp_path: Path, ending: str) -> None:
    file, values = tmp_path / f"new folder/points.{ending}", np.array(PAIRS)
    write_points(file, values, ("width", "height"))
    found = read_points(file)
    assert np.array_equal(found.values, values)
    assert found.names == (() if ending == "npy" else ("width", "height"))
    assert [f.name for f in file.parent.iterdir()] == [file.name]


def test_columns_are_named_by_default() -> None:
    assert csv_bytes(np.array(PAIRS)) == b"x,y\n1.5,-2.0\n3.0,0.004\n"
    assert read_points(csv_bytes(np.array([[1.0]]))).names == ("x",)


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_bytes(npy_bytes(np.array(PAIRS)))
    assert read_points(file).values.tolist() == PAIRS


@pytest.mark.parametrize("text", [
    "1.5,-2\n3,0.004", "1.5,-2\n3,0.004\n", "1.5, -2\r\n3 ,4e-3\r\n", "1.5;-2\n3;0.004", "1,5;-2,0\n3;0,004\n",
    "1.5\t-2\n3\t0.004\n", "1,5\t-2\n3\t0,004\n", "1.5 -2\n  3   0.004\n", '"1.5","-2"\n"3","0.004"\n',
    "\ufeff1.5,-2\n3,0.004", "# made by hand\n\n1.5,-2\n\n3,0.004\n\n", "x,y\n1.5,-2\n3,0.004", "x;y\n1,5;-2\n3;0,004",
    "# x y\n1.5 -2\n3 0.004\n", "width in cm,height in cm\n+1.5,-2.0\n3.,.004\n"])
def test_every_relative_of_csv_is_read(text: str) -> None:
    assert read_points(text.encode()).values.tolist() == PAIRS


def test_one_column_is_data_on_a_line() -> None:
    for data in (b"1\n2\n3\n", b"value\n1\n2\n3", npy(np.array([1, 2, 3])), npy(np.array([[1], [2], [3]], np.int16))):
        assert read_points(data).values.tolist() == [[1], [2], [3]]


def test_whole_and_short_numbers_become_float64() -> None:
    for kind in (np.float16, np.float32, np.int64, np.uint8):
        found = read_points(npy(np.array([[1, 2], [3, 4]], kind))).values
        assert found.dtype == np.float64
        assert found.tolist() == [[1, 2], [3, 4]]
    # Fortran's order of storage is the same table
    assert read_points(npy(np.asfortranarray(PAIRS))).values.tolist() == PAIRS


@pytest.mark.parametrize(("text", "words"), [
    ("1,2\n3,four\n", "has the text “four” in line 2, column 2, where only a number can be; put one there or take "
     "the line or the column out."),
    ("x,y\n1,2\n3,4\nfive,6\n", "has the text “five” in line 4, column 1"),
    ("1,2\n3,1_000\n", "the text “1_000” in line 2, column 2"),
    ("1,2\n3,\n", "has an empty cell in line 2, column 2"),
    ("1,2\n\n# note\n3,4,5\n", "is ragged: line 4 has 3 and line 1 has 2 cells; give every line as many."),
    ("1;2\n3\n", "is ragged: line 2 has 1 and line 1 has 2 cells"),
    ("1,2\nnan,4\n", "has NaN in line 2, column 1; take such lines out."),
    ("1,2\n3,-inf\n", "has an infinite number in line 2, column 2"),
    ("1,2\n3,1e999\n", "has an infinite number in line 2, column 2"),
    ("1,2,3\n4,5,6\n", "has 3 columns; points have one or two"),
    ("1,25,-0,5\n0,75,2,0\n", "has 4 columns; .* used, or put semicolons between them where commas are decimal marks."),
    ("", r"is empty \(0 bytes\)"),
    ("\n\n", "holds no rows of numbers"),
    ("# only a note\n", "holds no rows of numbers"),
    ("x,y\n", "holds no rows of numbers"),
    ("1,2\r3,4\r", "line ends of early Macs"),
    ('1,"2\n3,4\n', "“own.csv”"),
    ("9" * 70_000, "has no line breaks"),
])
def test_a_bad_table_is_refused_with_the_place(text: str, words: str) -> None:
    with pytest.raises(BadPoints, match=words) as error:
        read_points(text.encode(), "own.csv")
    assert str(error.value).startswith("“own.csv” ")
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("data", "words"), [
    ("1,2\n".encode("utf-16"), "is written in UTF-16; save it as CSV in UTF-8."),
    ("1,2\nä,3\n".encode("latin-1"), "is no text in UTF-8"),
    (b"\x7fELF\0\0\0", "neither a table of text nor an NPY file"),
    (b"PK\x03\x04rest", r"is an archive \(NPZ, XLSX or ZIP\)"),
    (pickle.dumps([[1.0, 2.0]]), "is a pickle, which could run programs; save the points as CSV or NPY."),
    (npy(np.array([[1, None]], object), pickled=True), "holds Python objects, which could run programs"),
    (npy(np.array([["a", "b"]])), "holds values of the type <U1; save it as float64."),
    (npy(np.array([1 + 2j])), "the type complex128"),
    (npy(np.array([True])), "the type bool"),
    (npy(np.zeros((2, 3, 4))), "is an array of 2×3×4; points are rows of one or two numbers."),
    (npy(np.float64(3)), "is an array of a single number"),
    (npy(np.zeros((0, 2))), "holds no points"),
    (npy(np.zeros((2, 50))), "is an array of 2×50, with a column for each point; save it transposed."),
    (npy(np.zeros((50, 5))), "has 5 columns"),
    (npy(np.array([[1.0, np.nan], [2, 3]])), "has NaN or infinite numbers in 1 row"),
    (npy(np.zeros((9, 2)))[:-5], "is damaged or cut short"),
    (b"\x93NUMPY\x01\x00\x04\x00abcd", "is damaged or cut short"),
])
def test_a_bad_file_is_refused(data: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "own.npy"
    file.write_bytes(data)
    for source in (data, file):
        with pytest.raises(BadPoints, match=words) as error:
            read_points(source, "own.npy")
        assert str(error.value).endswith(".")


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.csv.*cannot be opened \(No such file"):
        read_points(tmp_path / "nothing.csv")
    with pytest.raises(BadInput, match="is not a file"):
        read_points(tmp_path)
    with pytest.raises(BadPoints, match=r"“a\.txt”.*end in \.csv or \.npy"):
        write_points(tmp_path / "a.txt", np.array(PAIRS))
    (tmp_path / "taken").touch()
    with pytest.raises(NotWritable):
        write_points(tmp_path / "taken/a.csv", np.array(PAIRS))


@pytest.mark.parametrize("encode", [csv_bytes, npy_bytes], ids=["csv", "npy"])
def test_of_too_many_rows_some_are_drawn_in_order_and_it_is_said(encode: object, tmp_path: Path) -> None:
    values = np.arange(5000, dtype=np.float64).reshape(-1, 1)
    data = encode(values)  # type: ignore[operator]
    file = tmp_path / "many"
    file.write_bytes(data)
    found = read_points(file, limit=1000, seed=3)
    assert 998 <= len(found.values) <= 1000  # the line of names may be among those drawn
    assert (np.diff(found.values[:, 0]) > 0).all()
    # as many from each fifth, up to chance
    assert np.histogram(found.values, 5, (0, 5000))[0].tolist() == pytest.approx([200] * 5, abs=60)
    count = "5,001 lines" if encode is csv_bytes else "5,000 rows"
    assert found.note == f"“many” has {count}; 1,000 of them were drawn at random."
    assert np.array_equal(read_points(data, limit=1000, seed=3).values, found.values)
    assert not np.array_equal(read_points(data, limit=1000, seed=4).values, found.values)


@pytest.mark.parametrize("encode", [csv_bytes, npy_bytes], ids=["csv", "npy"])
def test_columns_of_which_one_hides_the_other_are_told(encode: Callable[..., bytes]) -> None:
    """By how much, which is which, and what to do."""
    values = np.array([[1.0, 3000.0], [3.0, 1000.0], [1.0, 1000.0], [3.0, 3000.0]])
    told = read_points(encode(values, ("cm", "g")), "body.csv").note
    assert told == ("“g” spreads 1,000 times as far as “cm”, and one scale serves both; write it in a larger unit to "
                    "see more of “cm” than a line.")
    assert "“y” spreads" in read_points(encode(values), "body.csv").note
    assert read_points(encode(values * (1, 0.019), ("cm", "g")), "body.csv").note == ""
    assert read_points(encode(values * (0, 1), ("cm", "g")), "body.csv").note == ""


def test_ten_million_rows_become_a_million() -> None:
    found = read_points(b"1\n2\n" * 5_000_000, "huge.csv")
    assert len(found.values) == 1_000_000
    assert float(found.values.mean()) == pytest.approx(1.5, abs=0.01)
    assert found.note == "“huge.csv” has 10,000,000 lines; 1,000,000 of them were drawn at random."


def test_a_fault_among_the_rows_drawn_is_told_by_its_line_in_the_file() -> None:
    lines = ["1,2"] * 3000
    lines[2000:] = ["1,x"] * 1000
    with pytest.raises(BadPoints, match=r"the text “x” in line 2,\d\d\d, column 2"):
        read_points("\n".join(lines).encode(), limit=500)
