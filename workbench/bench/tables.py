"""Measured figures as tables of a page: `python -m workbench.bench.tables FILE…` prints them in Markdown.

A FILE is the bench.json that `main.py bench --out` writes, or a table as CSV, such as the ranking that
`main.py study --study posterior --out` writes. What stands on a page is printed by this and typed by nobody.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engines.errors import BadData
from workbench.bench.lines.inverse import BEST, UNIT
from workbench.marked import table

NONE = "–"


def tables(file: Path) -> str:
    """The tables of a file; raises BadData for one that has none."""
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".csv":
            return _ranking(list(csv.reader(text.splitlines())))
        rows: list[dict[str, Any]] = json.loads(text)["lines"]
        return "\n".join(part for part in (_methods(rows), _figures(rows), _notes(rows)) if part)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadData(f"“{file.name}” has no table of measured figures; choose a bench.json or a table as "
                      "CSV.") from error


def _ranking(lines: Sequence[Sequence[str]]) -> str:
    """A table as CSV, its numbers with three digits."""
    heads, *rows = lines
    return table(tuple(heads), [tuple(map(_short, row)) for row in rows])


def _short(cell: str) -> str:
    """A number with three digits, NONE for none, and any other cell as it is."""
    try:
        value = float(cell or "nan")
    except ValueError:
        return cell
    return f"{value:.3g}" if math.isfinite(value) else NONE


def _methods(rows: Sequence[dict[str, Any]]) -> str:
    """The PSNR of every method for each problem, the best in bold; "" where no line has them."""
    found = {str(row["name"]).removesuffix(BEST): parts for row in rows if (parts := _parts(row))}
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    if not names:
        return ""
    cells = [(problem, *(_cell(figures, name) for name in names)) for problem, figures in found.items()]
    return table(("PSNR, dB", *names), cells)


def _parts(row: Mapping[str, Any]) -> dict[str, float]:
    """The figures behind a figure that were measured; none of what an earlier version wrote."""
    return {str(name): float(value) for name, value in row.get("parts", {}).items() if value is not None}


def _cell(figures: Mapping[str, float], name: str) -> str:
    if name not in figures:
        return NONE
    return f"**{figures[name]:.2f}**" if figures[name] == max(figures.values()) else f"{figures[name]:.2f}"


def _figures(rows: Sequence[dict[str, Any]]) -> str:
    """What is judged, with its goal: errors in decibels, all else in its own unit."""
    return table(("Figure", "Ours", "Peer or limit", "Goal", "Met"),
                 [(str(row["name"]), *_sides(row), "yes" if row["ok"] else "no") for row in rows])


def _sides(row: dict[str, Any]) -> tuple[str, str, str]:
    """Ours, the peer's and what is allowed, in words."""
    ours, peer, goal, unit = row["ours"], row["peer"], float(row["goal"]), str(row["unit"])
    if unit == UNIT:
        apart = -20 * math.log10(goal)
        wanted = f"{apart:.2g} dB above" if apart > 0 else f"at most {-apart:.2g} dB below" if apart else "not below"
        return _decibels(ours), _decibels(peer), wanted
    number = [NONE if side is None else f"{side:.3g} {unit}".strip() for side in (ours, peer)]
    return number[0], number[1], f"at most {goal:g} of it"


def _decibels(error: float | None) -> str:
    """A root mean square error beside a range of 1 as a PSNR."""
    return NONE if error is None else f"{-20 * math.log10(error):.2f} dB"


def _notes(rows: Sequence[dict[str, Any]]) -> str:
    """What is to be known of each figure that no table has."""
    return "".join(f"- {row['name']}: {str(row['note']).rstrip('.')}.\n" for row in rows
                   if row["note"] and not _parts(row))


def main(files: Sequence[str]) -> int:
    """Print the tables of each file; 2 where one has none, with the reason."""
    try:
        sys.stdout.write("\n".join(tables(Path(file)) for file in files))
    except BadData as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
