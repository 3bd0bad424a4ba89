"""The page on inverse problems says of degradations, noises and methods what they declare; measured tables are
printed, and shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engines.benchmarks.restoring import DIGITS
from engines.errors import BadData
from engines.inverse.base import methods
from engines.operators.base import degradations, noises
from tests.workbench.test_bench_inverse import both
from workbench.bench.line import Comparison, missing
from workbench.bench.lines.inverse import about_data
from workbench.bench.tables import main as print_tables
from workbench.bench.tables import tables
from workbench.inverse_page import FILE, main, parts, renewed

PAGE = FILE.read_text(encoding="utf-8")
LARGEST = 2_000_000  # bytes of all pictures of the page


def test_the_page_is_up_to_date() -> None:
    """Else: python -m workbench.inverse_page; of a new method a section with two sentences and its step size first."""
    assert renewed(PAGE) == PAGE
    for kinds in (degradations(), noises(), methods()):
        for name, kind in kinds.items():
            assert f"| {kind.title} | `{name}` | " in PAGE


def test_every_method_has_a_section_with_its_step_size() -> None:
    sections = dict(re.findall(r"\n### [^\n]+\n(.*?)<!-- method ([\w+-]+), written", PAGE, re.DOTALL))
    told = {name: text for text, name in sections.items()}
    assert told.keys() == methods().keys()
    assert all("*Step size*" in text for text in told.values())


def test_what_a_method_takes_is_told_by_its_own_refusal() -> None:
    told = {marked.name: text for marked, text in parts().items()}
    assert "**Takes** every degradation." in told["method dps"]
    assert "Tomography, few views (“DDRM needs the singular values" in told["method ddrm"]
    assert "**Takes** Box, Lines, Painted hole and Random pixels alone" in told["method repaint"]
    assert "910 network calls and no gradient" in told["method repaint"]
    assert "Step “Automatic”:" in told["method dps"]
    assert not any("\\term" in text for text in told.values())
    assert "Two degradations | `composition` |" in told["degradations"]
    assert "where both are" in told["degradations"]


def test_every_picture_and_link_of_the_page_is_there_and_pictures_are_small() -> None:
    """Else: python main.py shots --only inverse."""
    files = [FILE.parent / name for name in re.findall(r"!\[.*?\]\((.*?)\)", PAGE)]
    assert len(files) == len(set(files)) >= 6
    for file in files:
        with Image.open(file) as picture:
            assert f"_{picture.width}x{picture.height}" in file.name
    assert sum(file.stat().st_size for file in files) <= LARGEST
    pages = {page: (FILE.parent / page).read_text(encoding="utf-8") for page in ("guide.md", "points.md")}
    assert all("(inverse.md" in text for text in pages.values())
    assert "docs/inverse.md" in (FILE.parents[1] / "README.md").read_text(encoding="utf-8")
    heads = {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in re.findall(r"\n#+ (.+)", PAGE)}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= heads


def test_the_command_writes_the_parts_and_leaves_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "inverse.md"
    old = PAGE
    for text in parts().values():
        old = old.replace(text, "old")
    page.write_text(old, encoding="utf-8")
    assert main(page) == 0
    assert page.read_text(encoding="utf-8") == PAGE
    page.write_text("# Inverse problems\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no place for the degradations; write <!-- degradations, written by"):
        main(page)


def bench(folder: Path, *figures: Comparison) -> Path:
    file = folder / "bench.json"
    file.write_text(json.dumps({"lines": [one.document() for one in figures], "ok": False}), encoding="utf-8")
    return file


def test_a_bench_of_restored_pictures_becomes_a_table_of_methods_and_one_of_goals(tmp_path: Path) -> None:
    found = tables(bench(tmp_path, *about_data(DIGITS, [both(0, 25, 20), both(1, 25, 24.9)])))
    first, second, notes = found.split("\n\n")
    heads, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in first.splitlines()]
    assert heads[:2] == ["PSNR, dB", "plug-and-play"]
    assert heads[-1] == "total variation"
    assert "deepinv’s DDRM" in heads
    assert rows[0][:2] == ["digits: half of the pixels, noise of 5", "**25.00**"]
    assert rows[1][heads.index("deepinv’s DPS")] == "24.90"
    assert rows[0][-1] == "10.00"
    assert "| digits: half of the pixels, noise of 5, best | 25.00 dB | 20.00 dB | 0.3 dB above | yes |" in second
    ours = "| digits: DDRM for few calls"
    assert f"{ours} beside its counterpart | 20.00 dB | 24.90 dB | at most 0.1 dB below | no |" in second
    assert f"{ours}, seconds per call | 0.01 s | 0.02 s | at most 1 of it | yes |" in second
    assert notes.startswith("- digits: best beside total variation: PSNR in dB: ")


def test_the_figures_of_methods_are_read_as_such_whatever_the_note_says(tmp_path: Path) -> None:
    best = next(iter(about_data(DIGITS, [both(0, 25, 20)])))
    told, parts = tables(bench(tmp_path, replace(best, note="In other words."))), best.parts
    assert told == tables(bench(tmp_path, best))
    assert (parts["plug-and-play"], parts["deepinv’s DPS"], parts["total variation"]) == (25, 20, 10)


def test_other_figures_and_what_could_not_be_measured_are_told(tmp_path: Path) -> None:
    found = tables(bench(tmp_path, Comparison("seconds", 30.0, 60.0, 1.0, "s"), missing("a", 1.0, "s", "No peer.")))
    assert found == ("| Figure | Ours | Peer or limit | Goal | Met |\n| --- | --- | --- | --- | --- |\n"
                     "| seconds | 30 s | 60 s | at most 1 of it | yes |\n| a | – | – | at most 1 of it | no |\n\n"
                     "- a: No peer.\n")


def test_a_ranking_becomes_a_table_of_three_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ranking.csv"
    file.write_text('Method,Energy,Calls\n"4. DPS, automatic step",0.0759955,100.0\n1. TDS,nan,\n', encoding="utf-8")
    assert print_tables([str(file)]) == 0
    assert capsys.readouterr().out == ("| Method | Energy | Calls |\n| --- | --- | --- |\n"
                                       "| 4. DPS, automatic step | 0.076 | 100 |\n| 1. TDS | – | – |\n")


@pytest.mark.parametrize(("name", "text"), [("bench.json", "[1"), ("bench.json", '{"ok": true}'),
                                            ("bench.json", '{"lines": ["a"]}'), ("a.csv", "")])
def test_a_file_without_figures_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str,
                                                         text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=f"“{name}” has no table of measured figures; choose a bench.json"):
        tables(tmp_path / name)
    assert print_tables([str(tmp_path / name)]) == 2
    assert "choose a bench.json" in capsys.readouterr().err
