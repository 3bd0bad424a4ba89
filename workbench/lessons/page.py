"""The lessons in the page on Points: `python -m workbench.lessons.page [FILE]` writes them anew.

All of it comes from the lessons' own declarations, so that the page cannot say something else than the window does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from engines.files import write_atomic
from workbench.lessons.base import Lesson
from workbench.lessons.registry import lessons
from workbench.marked import Marked

FILE = Path(__file__).resolve().parents[2] / "docs" / "points.md"
# the size and theme that `shots` photographs lessons in
PICTURE = "images/lesson-{}_light_1280x800.png"
MARKED = Marked("lessons", "workbench.lessons.page")


def part() -> str:
    """All lessons as Markdown, in the order in which they are taught."""
    return "\n".join(line for one in lessons().values() for line in _lesson(one))


def renewed(page: str) -> str:
    """The page with the lessons of today; raises ValueError where it has no place for them."""
    return MARKED.renewed(page, part())


def _lesson(one: Lesson) -> Iterator[str]:
    """Title, sentences, figures and picture of a lesson."""
    yield f"### {one.title}\n"
    yield f"{one.words} Command: `main.py lesson {one.name}`.\n"
    yield f"![{one.title}]({PICTURE.format(one.name)})\n"
    yield "| Figure | Is |\n| --- | --- |"
    yield "".join(f"| {_cell(fact.about)} | {fact.bounds} |\n" for fact in one.facts)


def _cell(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}".replace("|", "\\|")


def main(file: Path) -> int:
    """Write the lessons into the page."""
    write_atomic(file, renewed(file.read_text(encoding="utf-8")).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE))
