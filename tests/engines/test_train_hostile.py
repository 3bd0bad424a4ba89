"""Training on tables that nobody expects: a good model all the same, or one clear sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.component import validated
from engines.context import Context
from engines.device import device
from engines.errors import BadPoints
from engines.events import Event, Noted, Previewed, Said, Trained, Validated
from engines.modalities.points import MAX_POINTS, npy_bytes
from engines.tasks.base import task
from engines.tasks.train_points import TrainPointsOptions

SMALL = {"network": {"name": "mlp", "width": 32, "depth": 1}, "batch": 64, "warmup": 5, "steps": 60,
         "validate_every": 60, "preview_every": 60, "checkpoint_every": 1000.0, "name": "odd", "data": "own"}


def trained(folder: Path, rows: np.ndarray, **changes: object) -> list[Event]:
    """All events of a short training on rows (N, d) of the user's own."""
    context = Context(device("cpu"), folder, files={"points.npy": npy_bytes(rows)})
    return list(task("train-points").run(validated(TrainPointsOptions, {**SMALL, **changes}), context))


def samples(events: list[Event]) -> np.ndarray:
    """Those of the last preview."""
    return [event for event in events if isinstance(event, Previewed)][-1].samples


@pytest.mark.parametrize("rows", [np.full((500, 2), 1.5), np.array([[1.0, 2.0]]), np.full((9, 1), -3.0)])
def test_points_that_are_all_equal_are_refused_in_one_sentence(tmp_path: Path, rows: np.ndarray) -> None:
    with pytest.raises(BadPoints, match=r"All points of “points\.npy” are at one place; give it two different ones"):
        trained(tmp_path, rows)


@pytest.mark.parametrize("rows", [np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([[1.0], [2.0], [4.0]])])
def test_of_three_points_it_is_said_that_they_are_copied(tmp_path: Path, rows: np.ndarray) -> None:
    events = trained(tmp_path, rows)
    (noted,) = (event.sentence for event in events if isinstance(event, Noted))
    assert noted.startswith("There are only 3 points for a batch of 64")
    assert not any(isinstance(event, Validated) for event in events)
    belief = [event for event in events if isinstance(event, Previewed)][-1].belief
    assert belief is not None
    assert np.isfinite(belief.errors).all()
    assert len(np.unique(belief.data, axis=0)) == 3


@pytest.mark.parametrize("column", ["equal", "constant"])
def test_points_on_a_straight_line_of_the_plane_are_learned(tmp_path: Path, column: str) -> None:
    x = np.random.default_rng(0).normal(size=(2000, 1))
    rows = np.hstack([x, x if column == "equal" else np.full_like(x, 3.0)])
    events = trained(tmp_path, rows, steps=400, batch=256, preview_every=400, learning_rate=3e-3)
    losses = [event.loss for event in events if isinstance(event, Trained)]
    assert np.isfinite(losses).all()
    found = samples(events)
    # of the two directions one has nearly all of the spread
    spread = np.sort(np.linalg.eigvalsh(np.cov(found, rowvar=False)))
    assert spread[0] < 0.02 * spread[1]
    assert spread.sum() == pytest.approx(2, rel=0.25)


def test_of_too_many_rows_some_are_drawn_which_is_said(tmp_path: Path) -> None:
    file = tmp_path / "many.npy"
    np.save(file, np.random.default_rng(0).normal(size=(MAX_POINTS + 100_000, 2)).astype(np.float32))
    events = trained(tmp_path, np.eye(2), data="moons", file=str(file), steps=2, preview_every=0, validate_every=0)
    told = [event.sentence for event in events if isinstance(event, Noted | Said)]
    assert told[:2] == ["“many.npy” has 1,100,000 rows; 1,000,000 of them were drawn at random.",
                        "Training on 1,000,000 points"]
