"""What a row of a table of results stands for: its picture, what stands under that, and where more of them go."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.figure_rows import LEFT, PSNR, Column, number, shown

if TYPE_CHECKING:
    from engines.tasks.base import Task

EXPLAINED = re.compile(r",.*?(?= \(|$)")  # of a title, from its comma to the brackets behind it
GIVEN = {"truth": "As it was", "measured": "As measured"}  # pictures before the results, by the names of their files


def beside(folder: Path) -> Path:
    """A folder beside another for what comes of it, which is not there yet: “holidays restored”."""
    tried = (folder.with_name(f"{folder.name} restored{'' if k == 1 else f' {k}'}") for k in count(1))
    return next(place for place in tried if not place.exists())


def common(task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that another task's options share with those of a task, but for how many answers there are."""
    return {name: value for name, value in values.items() if name in task.Form.model_fields and name != "count"}


def done(row: Mapping[str, str]) -> bool:
    """Whether a row has figures."""
    return bool(row.get("residual"))


def caption(columns: Sequence[Column], row: Mapping[str, str]) -> str:
    """What stands under a picture: the figure it is ranked by, then what it is, which is cut where room is short."""
    what = row.get("title") or row.get("file") or ""
    ranked = LEFT if math.isnan(number(row.get(PSNR.name, ""))) else PSNR
    (told,) = shown([column for column in columns if column.name == ranked.name], row)
    # the rest of a method's title says what it is, which the table does; what stands in brackets tells it from others
    return f"{told} · {EXPLAINED.sub('', what)}"


def key(row: Mapping[str, str]) -> str:
    """What tells a row from the others."""
    return row.get("name") or row.get("file") or ""


def picture(row: Mapping[str, str], known: Mapping[str, Path]) -> Path | None:
    """The file of a row's picture: a method's by its name, else the one that it says was written."""
    if not done(row):
        return None
    return Path(row["result"]) if row.get("result") else known.get(row.get("name", ""))
