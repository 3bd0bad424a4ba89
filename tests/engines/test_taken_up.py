"""Continuing a training with other options than it was begun with: what is refused, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.component import validated
from engines.errors import BadOption
from engines.events import Event, Noted, Trained
from engines.tasks.base import task
from engines.tasks.train_points import TrainPointsOptions
from tests.engines.test_train_points import TINY, losses, run


def options(**changes: object) -> TrainPointsOptions:
    return validated(TrainPointsOptions, {**TINY, **changes})


def notes(found: list[Event]) -> list[str]:
    return [event.sentence for event in found if isinstance(event, Noted)]


def begun(folder: Path, **changes: object) -> str:
    """A training of two steps; gives its folder."""
    list(run(folder / "short", steps=2, **changes))
    return str(folder / "short")


def checked(**changes: object) -> None:
    """Ask as the form and the command line do, before there is a run."""
    task("train-points").check(options(**changes), {}, None)


@pytest.mark.parametrize(("begin", "then", "words"), [
    ({"prediction": "v"}, {"prediction": "eps"}, "prediction v, not eps; choose v, or start a new training"),
    ({"path": "vp-cosine"}, {"path": "straight"}, r"path vp-cosine .*, not straight"),
    ({"objective": "simple"}, {"objective": "learned-variance"},
     r"objective simple \(weight as-predicted, law even\), whose network outputs 1 .* "
     r"learned-variance needs 2; choose one of"),
    ({"objective": "learned-variance"}, {"objective": "simple"}, "choose one of learned-variance"),
    ({}, {"steps": 2}, "already has 2 steps; choose more")])
def test_what_the_weights_do_not_mean_any_more_is_refused_before_there_is_a_run(tmp_path: Path, begin: dict[str, str],
                                                                                then: dict[str, object],
                                                                                words: str) -> None:
    whole = {"steps": 4, **begin, **then, "resume": begun(tmp_path, **begin)}
    with pytest.raises(BadOption, match=words):
        checked(**whole)
    with pytest.raises(BadOption, match=words):
        list(run(tmp_path / "other", **whole))
    assert not (tmp_path / "other" / "training.safetensors").exists()


def test_another_loss_goes_on_from_the_same_weights_and_says_so(tmp_path: Path) -> None:
    """The first loss is that of the other objective at those weights, to the bit, and it is said before the start."""
    resume = begun(tmp_path)
    chosen = {"steps": 4, "resume": resume, "objective": {"name": "denoising"}}
    found = list(run(tmp_path / "more", **chosen))
    (note,) = notes(found)
    assert note.startswith("From step 2 on the objective is denoising")
    assert "cannot be compared" in note
    assert task("train-points").caution(options(**chosen), None) == note
    same = list(run(tmp_path / "same", steps=4, resume=resume))
    assert not notes(same)
    assert not task("train-points").caution(options(steps=4, resume=resume), None)
    first, plain = (next(e.loss for e in events if isinstance(e, Trained)) for events in (found, same))
    assert first != plain
    # a run that was stopped on the way is its own: nothing more is said, and its losses are those of one go
    parts = run(tmp_path / "parts", **chosen)
    head = [next(e.loss for e in parts if isinstance(e, Trained))]
    parts.close()  # type: ignore[attr-defined]
    rest = list(run(tmp_path / "parts", **chosen))
    assert not notes(rest)
    assert head + losses(iter(rest)) == losses(iter(found))


def test_a_run_of_its_own_needs_the_one_before_no_more(tmp_path: Path) -> None:
    """Stopped and resumed, it goes on though what it continued is gone."""
    chosen: dict[str, object] = {"steps": 4, "resume": begun(tmp_path)}
    whole = losses(run(tmp_path / "whole", **chosen))
    parts = run(tmp_path / "parts", **chosen)
    next(e for e in parts if isinstance(e, Trained))
    parts.close()  # type: ignore[attr-defined]
    (tmp_path / "short" / "training.safetensors").unlink()
    assert losses(run(tmp_path / "parts", **chosen)) == whole[1:]
