"""When a training is looked at, and what it costs with its sheets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import safetensors.torch

from engines.checkpoint import load_model
from engines.tasks import train as train_module
from engines.tasks.train import effort, estimate
from engines.training.state import FILE_NAME
from tests.engines.test_training import CPU, options, run


@pytest.mark.parametrize(("steps", "every", "expected"), [
    (400, 500, [5, 10, 20, 50, 100, 200, 400]), (30, 10, [5, 10, 20, 30]), (7, 3, [3, 6, 7]), (3, 0, []),
    (2, 500, [2]), (1200, 500, [5, 10, 20, 50, 100, 200, 500, 1000, 1200])])
def test_looks_come_early_and_then_as_often_as_asked(steps, every, expected):
    """By the steps alone, so that a repeat shows the same sheets."""
    plan = options(steps=steps).plan()
    assert [step for step in range(1, steps + 1) if plan.due(every, step)] == expected
    for done in (0, 1, 5, 6, steps - 1, steps):
        assert plan.looks(every, done) == sum(step > done for step in expected)


def test_a_continued_training_is_looked_at_early_again():
    """The first looks count from where it began, and an estimate counts the sheet of what it takes up."""
    plan = options(steps=600).plan()
    assert [step for step in range(301, 601) if plan.due(500, step, 300)] == [305, 310, 320, 350, 400, 500, 600]
    assert plan.looks(500, 300, 300) == 7
    assert plan.looks(500, 320, 300) == 4
    more = effort(options(steps=600, preview_every=500, resume="there"), 300)
    assert more == pytest.approx(300 * 6 + 8 * 400 / 3)


def test_a_short_training_takes_as_long_as_its_sheets():
    """A sheet is 400 evaluations: as much as a dozen steps of a small batch."""
    assert effort(options(steps=50, batch=4)) == 200
    assert effort(options(steps=50, batch=4, preview_every=25)) == pytest.approx(200 + 5 * 400 / 3)
    assert effort(options(steps=50, batch=4, preview_every=25), 40) == pytest.approx(40 + 400 / 3)


@pytest.mark.parametrize("half", [True, False])
def test_an_estimate_is_the_second_step_times_the_images_and_the_size_of_the_files(tmp_path, monkeypatch, half):
    """The first of two steps of six images takes 5 s and the second 2 s: ten like that take 20 s."""
    moments = iter([0.0, 5.0, 7.0])
    monkeypatch.setattr(train_module, "time", SimpleNamespace(perf_counter=lambda: next(moments)))
    found = estimate(options(steps=10, half=half), CPU)
    assert found.seconds == pytest.approx(20)
    list(run(tmp_path / "run", options(steps=1, half=half)))
    state, model = (tmp_path / "run" / name for name in (FILE_NAME, "tiny.safetensors"))
    assert found.parameters == sum(p.numel() for p in load_model(model, CPU).network.parameters())
    # beside the weights and what AdamW keeps of each, a state has a few numbers a step
    held = [t.nbytes for file in (state, model) for name, t in safetensors.torch.load_file(file).items()
            if name not in {"losses", "validations"} and not name.endswith(".step")]
    assert found.megabytes == pytest.approx(sum(held) / 2**20)
