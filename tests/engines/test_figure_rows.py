"""Rows of figures come back from their file with every digit, and are shown with a few."""

from __future__ import annotations

import math
from pathlib import Path

from engines.figure_rows import METHODS, document, number, read_rows, save_rows, shown

ROW = {"name": "dps", "title": "DPS, “posterior”", "psnr": 1 / 3, "residual": math.nan, "calls": 50, "ssim": math.inf}


def test_every_digit_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    save_rows(file, METHODS, [ROW])
    (row,) = read_rows(file)
    assert [*row] == [column.name for column in METHODS]
    assert number(row["psnr"]) == 1 / 3
    assert row["title"] == "DPS, “posterior”"
    assert row["residual"] == "", "what is no number stays empty"
    assert math.isnan(number(row["residual"]))
    (told,) = document(file)
    assert (told["psnr"], told["calls"], told["ssim"], told["why"]) == (1 / 3, 50, "inf", None)
    cells = dict(zip((column.name for column in METHODS), shown(METHODS, row), strict=True))
    assert (cells["psnr"], cells["ssim"], cells["residual"], cells["calls"]) == ("0.33", "∞", "", "50")


def test_a_file_that_is_missing_or_damaged_has_no_rows(tmp_path: Path) -> None:
    assert read_rows(tmp_path / "none.csv") == []
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    assert read_rows(tmp_path / "bad.csv") == []
