"""The file with the charts of a run, and each of them as a table that other programs read."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from engines.chart import Chart, read_chart
from engines.files import write_atomic

CHARTS = "charts.json"


def save_charts(folder: Path, charts: Sequence[Chart]) -> Path:
    """Save the charts of a run, atomically; returns the file. Raises DiskFull."""
    text = json.dumps([chart.document() for chart in charts], ensure_ascii=False, allow_nan=False)
    write_atomic(folder / CHARTS, text.encode())
    return folder / CHARTS


def load_charts(folder: Path) -> tuple[Chart, ...]:
    """The charts of a run; none when there are none or the file is damaged."""
    try:
        return tuple(read_chart(values) for values in json.loads((folder / CHARTS).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def save_tables(folder: Path, task: str, charts: Sequence[Chart]) -> list[Path]:
    """Write each chart as CSV, named after the task and its title; returns the files. Raises DiskFull."""
    files = [folder / f"{stem}.csv" for stem in stems(task, charts)]
    for file, chart in zip(files, charts, strict=True):
        write_atomic(file, chart.csv().encode())
    return files


def stems(task: str, charts: Sequence[Chart]) -> list[str]:
    """Names for the files of charts, each its own: "sweep-energy-distance"."""
    letters = [unicodedata.normalize("NFKD", chart.title.lower()).encode("ascii", "ignore").decode()
               for chart in charts]
    plain = [re.sub(r"[^a-z0-9]+", "-", title).strip("-")[:60] for title in letters]
    return [f"{task}-{name or 'chart'}{'' if plain.index(name) == k else f'-{k + 1}'}" for k, name in enumerate(plain)]
