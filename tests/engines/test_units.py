"""The user's own numbers: through the scale of all sets and back, in tables, models, runs and exported arrays."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines.context import Context
from engines.data.points.cloud import Cloud
from engines.data.points.mixtures import Ring
from engines.data.points.own import Own
from engines.device import device
from engines.errors import BadPoints
from engines.events import FitOpened, Noted, Opened, Sampled, Saved
from engines.film import save_arrays
from engines.modalities.points import csv_bytes, npy_bytes, read_points
from engines.model_file import ModelSpec, read_header
from engines.priors import prior_of
from engines.process.vp_cosine import VPCosine
from engines.tasks.base import task
from engines.trajectory import Trajectory
from engines.units import Units

NAMES = ("height_cm", "größe, kg")
VALUES = np.round(np.random.default_rng(0).multivariate_normal([170, 70], [[60, 50], [50, 120]], 300), 1)
OWN = {"name": "own", "file": "p.csv"}


def context(folder: Path, files: dict[str, bytes]) -> Context:
    return Context(device("cpu"), folder, (folder,), files)


@pytest.mark.parametrize("values", [VALUES, VALUES[:, :1], VALUES * 1e30, VALUES * 1e-30, VALUES + 1e9,
                                    np.array([[16_777_217.0, 2.0**53], [16_777_219.0, 2.0**53 - 1], [0.0, 5.0]])],
                         ids=["people", "line", "huge", "tiny", "far", "integers"])
def test_a_file_comes_back_to_float_precision(values: np.ndarray) -> None:
    found = read_points(csv_bytes(values, NAMES[:values.shape[1]]))
    assert found.names == NAMES[:values.shape[1]]
    cloud = Cloud.of(found.values, "p.csv", found.names)
    back = cloud.units.restored(cloud.points.numpy())
    span = 4 * np.finfo(float).eps * np.abs(values).max()
    np.testing.assert_allclose(back, values, rtol=0, atol=span)
    np.testing.assert_allclose(cloud.units.standard(values), cloud.points.numpy(), atol=1e-6)
    again = read_points(csv_bytes(back, cloud.units.names))
    np.testing.assert_array_equal(again.values, back)


def test_names_travel_in_npy_and_are_dropped_where_they_are_not_one_a_column() -> None:
    found = read_points(npy_bytes(VALUES, NAMES))
    assert found.names == NAMES
    np.testing.assert_array_equal(found.values, VALUES)
    assert npy_bytes(VALUES) == npy_bytes(VALUES, ())
    assert read_points(npy_bytes(VALUES, ("a", "a"))).names == ("a", "a 2")
    assert read_points(b"a,b,c\n1,2\n3,4\n").names == ()
    with pytest.raises(BadPoints, match="fields of the type"):
        read_points(_npy(np.array([("cat", 1.0)], [("a", "U3"), ("b", "f8")])))
    with pytest.raises(BadPoints, match="3 columns"):
        read_points(_npy(np.zeros(4, [("a", "f8"), ("b", "f8"), ("c", "i4")])))


def _npy(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def test_a_constant_column_is_kept_and_numbers_below_all_scales_are_refused() -> None:
    cloud = Cloud.of(np.array([[1.0, 7.0], [3.0, 7.0]]))
    assert cloud.units.restored(cloud.points.numpy())[:, 1].tolist() == [7.0, 7.0]
    with pytest.raises(BadPoints, match="differ by less than rounding"):
        Cloud.of(np.array([[5e-324], [0.0], [0.0], [0.0], [0.0], [0.0]]))


@pytest.mark.parametrize("changed", [{"scale": 0}, {"scale": float("inf")}, {"origin": []}, {"names": ["one"]},
                                     {"origin": [float("nan"), 0]}])
def test_damaged_units_are_refused(changed: dict[str, object]) -> None:
    units = Units((1.0, 2.0), 3.0, NAMES)
    assert Units.read(units.written()) == units
    assert Units.read(None) is None
    with pytest.raises(ValueError, match="units with the origin"):
        Units.read({**units.written(), **changed})


def test_samples_of_a_model_are_in_the_units_it_learned_when_the_file_is_gone(tmp_path: Path) -> None:
    csv, fit = csv_bytes(VALUES, NAMES), task("fit-mixture")
    options = fit.Form.model_validate({"data": OWN, "components": 2, "name": "people"})
    events = list(fit.run(options, context(tmp_path, {"p.csv": csv})))
    opened = next(event for event in events if isinstance(event, FitOpened))
    own = Cloud.of(VALUES, "p.csv", NAMES).units
    assert opened.units == own
    model = next(event.path for event in events if isinstance(event, Saved))
    assert read_header(model).spec.units == own
    sample = task("sample-points")
    events = list(sample.run(sample.Form.model_validate({"prior": "people", "count": 2000, "steps": 20}),
                             context(tmp_path, {})))
    assert any(isinstance(event, Noted) and "learned points of other units" in event.sentence for event in events)
    samples = next(event for event in events if isinstance(event, Sampled))
    assert samples.units == next(event for event in events if isinstance(event, Opened)).units == own
    told = own.restored(samples.samples)
    np.testing.assert_allclose(told.mean(0), VALUES.mean(0), atol=1.0)
    np.testing.assert_allclose(np.cov(told.T), np.cov(VALUES.T), rtol=0.15)


def test_beside_its_own_points_a_model_needs_no_word_and_built_in_sets_have_no_units(tmp_path: Path) -> None:
    files = {"p.csv": csv_bytes(VALUES, NAMES)}
    fit = task("fit-mixture")
    list(fit.run(fit.Form.model_validate({"data": OWN, "components": 2, "name": "people"}), context(tmp_path, files)))
    own = Own(file="p.csv").bound(files)
    prior = prior_of(own, "people", VPCosine(), context(tmp_path, files))
    assert (prior.note, prior.units) == ("", own.units())
    assert prior_of(Ring(), "exact", VPCosine(), context(tmp_path, {})).units is None


def test_a_model_without_units_is_written_as_before() -> None:
    spec = {"modality": "points", "title": "a", "channels": 2, "prediction": "x0", "path": {"name": "vp-cosine"},
            "network": {"name": "mlp"}}
    assert "units" not in ModelSpec.model_validate(spec).model_dump()
    with pytest.raises(ValueError, match="units of 1 columns are not those of 2 channels"):
        ModelSpec.model_validate({**spec, "units": Units((1.0,), 2.0).written()})


def test_exported_arrays_are_in_own_units(tmp_path: Path) -> None:
    units, files = Units((100.0, -5.0), 10.0, NAMES), {"p.csv": csv_bytes(VALUES, NAMES)}
    sample = task("sample-points")
    options = sample.Form.model_validate({"data": OWN, "count": 4, "steps": 3})
    steps = None
    for event in sample.run(options, context(tmp_path, files)):
        if hasattr(event, "step"):
            step = replace(event.step, x=event.step.x.detach().float())
            steps = Trajectory((4, 2), 4) if steps is None else steps
            steps.append(step)
    assert steps is not None
    save_arrays(tmp_path / "plain.npz", steps)
    save_arrays(tmp_path / "own.npz", steps, units=units)
    with np.load(tmp_path / "plain.npz") as plain, np.load(tmp_path / "own.npz") as own:
        np.testing.assert_array_equal(own["x"], units.restored(plain["x"]))
        np.testing.assert_array_equal(own["x0"], units.restored(plain["x0"]))
        np.testing.assert_array_equal(own["term.prior"], plain["term.prior"])
        assert own["columns"].tolist() == list(NAMES)
        assert "columns" not in plain


def test_figures_at_unit_scale_say_so_on_own_points_alone(tmp_path: Path) -> None:
    sweep, files = task("sweep"), {"p.csv": csv_bytes(VALUES, NAMES)}
    scale = Cloud.of(VALUES).units.scale
    for data, told in ((OWN, True), ({"name": "moons"}, False)):
        folder = tmp_path / str(told)
        folder.mkdir()
        options = sweep.Form.model_validate({"data": data, "samplers": "ddim", "steps": [2], "repeats": 1, "count": 50})
        events = list(sweep.run(options, context(folder, files)))
        said = [event.sentence for event in events if isinstance(event, Noted) and "unit scale" in event.sentence]
        assert bool(said) is told
        assert not told or f"of which 1 is {scale:.4g} in your own numbers" in said[0]
