"""A model beside data that it did not learn: said in the form, and of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.component import validated
from engines.context import Context
from engines.data.points.base import PointSet
from engines.data.points.curve import Moons
from engines.data.points.mixtures import Ring
from engines.data.points.own import Own
from engines.device import device
from engines.events import Noted
from engines.modalities.own_points import own_bytes
from engines.model_file import ModelSpec, read_header
from engines.model_list import BUNDLED
from engines.priors import elsewhere
from engines.tasks.base import task
from engines.units import Units

MOONS = read_header(BUNDLED / "points-moons.safetensors").spec
OWN = {"name": "own", "file": "own.npy"}
CHANCE = np.random.default_rng(0)
TABLE, DENSITY = 50 + 9 * CHANCE.standard_normal((40, 2)), np.full((8, 8), 255, np.uint8)
SAID = "“points-moons” did not learn “{}”"


def told(folder: Path, name: str, options: dict[str, Any], files: dict[str, bytes]) -> list[str]:
    """The notes of a run of a task."""
    chosen = validated(task(name).Form, options)
    context = Context(device("cpu"), folder, (folder,), files)
    return [event.sentence for event in task(name).run(chosen, context) if isinstance(event, Noted)]


@pytest.mark.parametrize(("values", "title"), [(TABLE, "Own points"), (DENSITY, "Own density")],
                         ids=["table", "painting"])
def test_own_data_beside_a_model_of_other_data_is_said_of_the_run(tmp_path: Path, values: np.ndarray, title: str,
                                                                  ) -> None:
    options = {"data": OWN, "prior": "points-moons", "count": 4, "steps": 3}
    notes = told(tmp_path, "sample-points", options, {"own.npy": own_bytes(values)})
    assert notes[0].startswith(SAID.format(title))
    assert "choose the data that it learned, or another denoiser" in notes[0]


@pytest.mark.parametrize("name", ["sample-points", "likelihood", "bound", "invert-points", "interpolate-points",
                                  "sweep"])
def test_every_form_with_a_denoiser_says_it_before_a_run(name: str) -> None:
    asked = task(name)

    def caution(data: object, prior: str, model: ModelSpec | None) -> str:
        return asked.caution(validated(asked.Form, {"data": data, "prior": prior}), model)

    assert caution(OWN, "points-moons", MOONS).startswith(SAID.format("Own points"))
    assert caution("ring", "points-moons", MOONS).startswith(SAID.format("Ring of blobs"))
    assert "did not learn" not in caution("moons", "points-moons", MOONS) + caution(OWN, "exact", None)


@pytest.mark.parametrize(("learned", "data", "amiss"), [
    ("“Own points”, 40 points", Own(file="own.npy"), False),
    ("Fresh points of Own density", Own(file="own.npy"), False),
    ("Fresh points of Own density", Own(file="own.npy").bound({"own.npy": own_bytes(DENSITY)}), False),
    ("Fresh points of Own density", Own(file="own.npy").bound({"own.npy": own_bytes(TABLE)}), False),
    ("Fresh points of Own density", Ring(), True), ("Two moons, 1,000 points", Moons(noise=0.2), False),
    ("Two moons, 1,000 points", Ring(), True), ("", Ring(), False)])
def test_what_both_tell_decides(learned: str, data: PointSet, amiss: bool) -> None:
    assert bool(elsewhere(MOONS.model_copy(update={"data": learned}), data)) is amiss


def test_a_model_of_a_table_is_known_by_its_units_once_the_file_is_read() -> None:
    own = Own(file="own.npy")
    read = own.bound({"own.npy": own_bytes(TABLE)})
    learned = {"data": "“people.csv”, 40 points", "units": read.units()}
    assert not elsewhere(MOONS.model_copy(update=learned), own)
    assert not elsewhere(MOONS.model_copy(update=learned), read)
    others = {**learned, "units": Units((1.0, 2.0), 3.0)}
    assert "other units" in elsewhere(MOONS.model_copy(update=others), read)
    assert "other units" in elsewhere(MOONS.model_copy(update=learned), Ring())
