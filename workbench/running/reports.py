"""Reports of failed jobs: what was asked, what went wrong, and with which versions."""

from __future__ import annotations

import json
import time
import traceback
from pathlib import Path
from typing import Any

from engines.errors import WorkbenchError
from engines.files import write_atomic
from workbench.bridge import versions
from workbench.running.board import Job


def write_report(folder: Path, job: Job, recipe: str, error: Exception) -> Path | None:
    """Save the report of a failure as JSON; None when even that cannot be written.

    Args:
        folder: of all reports.
        recipe: of the job, as JSON; attachments are left out.
    """
    found: dict[str, Any] = {
        "job": job.id, "title": job.title, "task": job.task, "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "error": f"{type(error).__name__}: {error}", "versions": versions(), "recipe": _readable(recipe),
        "traceback": traceback.format_exception(error),
    }
    # the time in the name: a job that is resumed and fails again leaves both reports
    path = folder / f"{job.id}-{time.strftime('%H%M%S')}.json"
    try:
        write_atomic(path, json.dumps(found, ensure_ascii=False, indent=1).encode())
    except WorkbenchError:
        return None
    return path


def _readable(recipe: str) -> object:
    """The recipe with the size of each attachment in place of its bytes."""
    # a report is to be sent: no picture of the user's travels with it
    try:
        values = json.loads(recipe)
        return {**values, "files": {name: f"{len(data)} characters" for name, data in values.get("files", {}).items()},
                "start": None if values.get("start") is None else "a recorded state"}
    except (ValueError, AttributeError, TypeError):
        return recipe[:2000]
