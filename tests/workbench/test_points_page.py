"""The page on Points says of the lessons what they declare, and shows a picture of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from workbench.lessons.page import FILE, main, part, renewed
from workbench.lessons.registry import lessons

PAGE = FILE.read_text(encoding="utf-8")
LARGEST = 3_000_000  # bytes of all pictures of the page


def test_the_lessons_are_up_to_date() -> None:
    """Else: python -m workbench.lessons.page."""
    assert renewed(PAGE) == PAGE
    for one in lessons().values():
        assert f"### {one.title}\n\n{one.look[0]} {one.look[1]}" in PAGE
        assert all(f"| {fact.bounds} |" in PAGE for fact in one.facts)


def test_every_picture_of_the_page_is_there_and_all_are_small() -> None:
    """Else: python main.py shots --only lessons."""
    files = [FILE.parent / name for name in re.findall(r"!\[.*?\]\((.*?)\)", PAGE)]
    assert len(files) == len(set(files)) > len(lessons())
    for file in files:
        with Image.open(file) as picture:
            assert f"_{picture.width}x{picture.height}" in file.name
    assert sum(file.stat().st_size for file in files) <= LARGEST


def test_the_command_writes_the_lessons_and_leaves_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "points.md"
    page.write_text(PAGE.replace(part(), "old"), encoding="utf-8")
    assert main(page) == 0
    assert page.read_text(encoding="utf-8") == PAGE
    page.write_text("# Points\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no place for the lessons"):
        main(page)
