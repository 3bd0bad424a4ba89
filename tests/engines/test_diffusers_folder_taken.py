"""A folder of diffusers becomes one model of the user's, however often it is taken."""

from __future__ import annotations

from pathlib import Path

import diffusers
import pytest

from engines.checkpoint import load_model
from engines.device import device
from engines.diffusers_folder.taking import take_folder
from engines.errors import BadCheckpoint
from engines.model_list import find_models, known_model
from tests.engines.diffusers_folders import PLAIN, pipeline
from tests.engines.small import context, events, result


def test_a_folder_is_taken_once_and_samples(tmp_path: Path) -> None:
    models = tmp_path / "home" / "models"
    pipeline(tmp_path / "birds", PLAIN)
    first = take_folder(tmp_path / "birds", models, [models])
    assert (first.name, first.title, first.new) == ("birds", "birds", True)
    assert "clips estimates" in first.told
    again = take_folder(tmp_path / "birds", models, [models])
    assert (again.name, again.new, again.remarks) == ("birds", False, ())
    assert [file.name for file in models.iterdir()] == ["birds.safetensors"]
    assert known_model("birds", [models]).spec.title == "birds"
    drawn = result(events("generate", {"model": "birds", "count": 2}, context(models)))
    assert drawn.samples.shape == (2, 1, 8, 8)


def test_another_folder_of_the_name_gets_a_free_one(tmp_path: Path) -> None:
    models, names = tmp_path / "models", list[str]()
    for place, scheduler in (("a", diffusers.DDPMScheduler()), ("b", diffusers.DDIMScheduler(beta_end=0.03)),
                             ("c", diffusers.DDPMScheduler())):
        pipeline(tmp_path / place / "birds", PLAIN, scheduler)
        names.append(take_folder(tmp_path / place / "birds", models, [models]).name)
    assert names == ["birds", "birds-2", "birds"]  # the last is the first to the bit
    ends = [load_model(models / f"{name}.safetensors", device("cpu")).path for name in ("birds", "birds-2")]
    assert float(ends[0].abar(ends[0].end)) > float(ends[1].abar(ends[1].end))


def test_a_folder_with_a_bundled_name_hides_nothing(tmp_path: Path) -> None:
    models = tmp_path / "models"
    pipeline(tmp_path / "digits", PLAIN)
    assert take_folder(tmp_path / "digits", models, [models]).name == "digits-2"
    assert {"digits", "digits-2"} <= {model.name for model in find_models([models])}


def test_a_bad_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    models = tmp_path / "models"
    pipeline(tmp_path / "birds", {**PLAIN, "act_fn": "gelu"})
    with pytest.raises(BadCheckpoint, match="act_fn"):
        take_folder(tmp_path / "birds", models, [models])
    assert not models.exists()
