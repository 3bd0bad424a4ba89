"""What models are called where they are chosen: the name first, and the run's id nowhere."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

from engines.model_file import ModelFile
from engines.model_list import find_models
from workbench.wording.model_words import called, offered, titled

NOON = time.mktime((2026, 5, 3, 12, 0, 0, 0, 0, -1))


def twins(folder: Path, times: list[float]) -> list[ModelFile]:
    """Models of one name, each in a run's folder, made at these times."""
    model = next(model for model in find_models([]) if model.name == "points-moons")
    made = list[ModelFile]()
    for k, then in enumerate(times):
        file = folder / f"run-{k}" / "mine.safetensors"
        file.parent.mkdir()
        file.write_bytes(b"")
        os.utime(file, (then, then))
        made.append(replace(model, name="mine", file=file, choice=f"run-{k}/mine"))
    return [model, *made]


def test_a_name_that_means_one_model_stands_alone(tmp_path: Path) -> None:
    """Others have the time they were made, with its seconds where that is the same minute."""
    models = twins(tmp_path, [NOON - 7200, NOON - 86400, NOON - 86400 + 20])
    assert list(called(models, NOON).values()) == [
        "points-moons", "mine · 10:00", "mine · 2 May 12:00:00", "mine · 2 May 12:00:20"]
    words = called(models, NOON)
    assert titled(models[1], words["run-0/mine"]) == offered(models[1], words["run-0/mine"], 0) == "mine · 10:00"
    assert offered(models[0], "points-moons", 0) == "points-moons · Two moons"


def test_a_model_of_a_table_is_offered_with_the_name_of_its_file(tmp_path: Path) -> None:
    (model, *_) = twins(tmp_path, [0.0, 1.0])
    recipe = json.dumps({"options": {"file": "/home/me/weather.csv", "data": {"name": "ring"}}})
    wx = replace(model, name="wx", extra={**model.extra, "recipe": recipe})
    assert offered(wx, "wx", 0) == "wx · weather"
