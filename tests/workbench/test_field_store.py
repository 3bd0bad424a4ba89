"""Fields are made beside the window, once; what cannot be made is said once; beside a model stands the truth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from engines import priors
from engines.data.points.mixtures import Ring
from engines.denoiser import Denoised, Denoiser
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.tasks.sample_points import SamplePointsOptions
from workbench.background import Background
from workbench.controllers.points.field import evenly
from workbench.fields.frames import LEARNED
from workbench.fields.store import MEMORY, PRIORS, REST, FieldStore, Subject

SOON = 120_000


class Zero(Denoiser):
    """A model that believes everything to be in the middle."""

    def denoise(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> Denoised:
        return Denoised(torch.zeros_like(x))


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


def subject(**options: object) -> Subject:
    return Subject(Recipe("sample-points", {**SamplePointsOptions().model_dump(mode="json"), **options}))


def test_a_field_is_made_once_and_kept(qtbot: QtBot, background: Background) -> None:
    told = list[str]()
    store, ring, heard = FieldStore(background, told.append), subject(), list[int]()
    store.want(ring, [(0.0, 1.0), (0.5, 1.0)], lambda: heard.append(1))
    assert store.known(ring, (0.0, 1.0)) is None
    qtbot.waitUntil(lambda: heard == [1], timeout=SOON)
    first = store.known(ring, (0.0, 1.0))
    assert first is not None
    assert first.density is not None
    cell = 12.0 * 8.4 / first.density.size
    assert float(first.density.sum()) * cell == pytest.approx(1, abs=0.02)
    store.want(ring, [(0.0, 1.0)], lambda: heard.append(2))
    assert store.known(ring, (0.0, 1.0)) is first
    assert not store.busy
    assert store.learned(ring, (0.5, 1.0)) is None
    assert not told


def test_what_is_true_of_a_subject_comes_back_though_its_fields_are_kept(
        qtbot: QtBot, background: Background) -> None:
    """After many others it is forgotten first; the one that is looked at meanwhile is not."""
    store, time, heard = FieldStore(background, pytest.fail), (0.5, 1.0), list[int]()
    old, seen, *others = (subject(data={"name": "gaussian", "correlation": k / 20}) for k in range(PRIORS + 1))
    for one in (old, seen, *others):
        assert store.truth(seen) is not None or one in (old, seen)
        store.want(one, [time], lambda: None)
        qtbot.waitUntil(lambda: not store.busy, timeout=SOON)
    frame = store.known(old, time)
    assert frame is not None
    assert store.truth(old) is None
    store.want(old, [time], lambda: heard.append(1))
    assert store.busy
    qtbot.waitUntil(lambda: heard == [1], timeout=SOON)
    assert store.truth(old) is not None
    assert store.marginal(old, time) is not None
    assert store.known(old, time) is frame, "it was not made again"
    assert store.truth(seen) is not None
    store.want(old, [time], lambda: heard.append(2))
    assert not store.busy


def test_of_what_is_wanted_meanwhile_only_the_last_is_made(qtbot: QtBot, background: Background) -> None:
    store, ring, heard = FieldStore(background, pytest.fail), subject(), list[float]()
    for t in (0.1, 0.2, 0.3):
        store.want(ring, [(t, 1.0)], lambda t=t: heard.append(t))
    qtbot.waitUntil(lambda: not store.busy, timeout=SOON)
    assert heard == [0.1, 0.3]


def test_what_cannot_be_is_said_once(qtbot: QtBot, background: Background) -> None:
    told = list[str]()
    store, bad = FieldStore(background, told.append), subject(prior="nobody")
    store.want(bad, [(0.0, 1.0)], lambda: pytest.fail("there is nothing"))
    qtbot.waitUntil(lambda: not store.busy, timeout=SOON)
    store.want(bad, [(0.0, 1.0)], lambda: pytest.fail("there is nothing"))
    assert len(told) == 1
    assert "nobody" in told[0]


def test_beside_a_model_stands_the_truth(qtbot: QtBot, background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    path = VPCosine()
    monkeypatch.setattr(priors, "prior_of", lambda *_: priors.Prior(Zero(), path, 2))
    store, model, time = FieldStore(background, pytest.fail), subject(prior="mine"), (0.4, 1.0)
    store.want(model, [time], lambda: None)
    qtbot.waitUntil(lambda: store.known(model, time) is not None, timeout=SOON)
    frame, exact, learned = store.known(model, time), store.marginal(model, time), store.learned(model, time)
    assert frame is not None
    assert exact is not None
    assert learned is not None
    assert frame.density is not None
    assert exact.mixture is not None
    assert len(exact.mixture.weights) == Ring().modes
    assert frame.whose == LEARNED
    at = np.array([[0.3, -0.2]])
    np.testing.assert_array_equal(learned.estimate(at), np.zeros((1, 2)))
    np.testing.assert_allclose(learned.score(at), -at / float(path.sigma(torch.tensor(0.4))) ** 2, rtol=1e-5)
    assert np.abs(exact.estimate(at)).max() > 0.01


def test_a_field_near_by_stands_for_one_that_is_not_made(qtbot: QtBot, background: Background) -> None:
    """Not one that is farther away; and the one that is wanted comes once nothing else is wanted for a moment."""
    store, ring, heard = FieldStore(background, pytest.fail), subject(), list[float]()
    store.want(ring, [(0.5, 1.0), (0.506, 1.0)], lambda: heard.append(0.5))
    qtbot.waitUntil(lambda: not store.busy, timeout=SOON)
    assert store.near(ring, (0.502, 1.0)) is store.known(ring, (0.5, 1.0))
    assert store.near(ring, (0.512, 1.0)) is store.known(ring, (0.506, 1.0))
    assert store.near(ring, (0.52, 1.0)) is None
    assert store.near(subject(data={"name": "moons"}), (0.5, 1.0)) is None
    for t in (0.501, 0.502, 0.503):
        store.want(ring, [(t, 1.0)], lambda t=t: heard.append(t), rest=True)
        assert store.busy
    qtbot.waitUntil(lambda: not store.busy, timeout=SOON)
    assert heard == [0.5, 0.503]
    assert store.near(ring, (0.503, 1.0)) is store.known(ring, (0.503, 1.0))


def test_a_field_that_can_wait_does_so_while_a_scrub_comes_by_those_that_are_made(
        qtbot: QtBot, background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step begins the wait anew: one that is made beside the window meanwhile would hold up what is painted."""
    begun = list[int]()

    class Told(QTimer):
        def start(self, *_: object) -> None:
            begun.append(self.interval())
            super().start()

    monkeypatch.setattr("workbench.fields.store.QTimer", Told)
    store, ring, heard = FieldStore(background, pytest.fail), subject(), list[float]()
    store.want(ring, [(0.5, 1.0)], lambda: heard.append(0.5))
    qtbot.waitUntil(lambda: heard == [0.5], timeout=SOON)
    store.want(ring, [(0.501, 1.0)], lambda: heard.append(0.501), rest=True)
    assert begun == [REST]
    store.want(ring, [(0.5, 1.0)], lambda: heard.append(0.0), rest=True)
    assert begun == [REST, REST]
    qtbot.waitUntil(lambda: heard == [0.5, 0.501], timeout=SOON)
    store.want(ring, [(0.5, 1.0)], lambda: heard.append(0.0), rest=True)
    assert begun == [REST, REST], "nothing waits any more"


def test_the_fields_made_ready_of_a_run_have_room_and_reach_its_end(qtbot: QtBot, background: Background) -> None:
    """Else a scrub of the last steps would have them made while it goes on."""
    store, ring, heard = FieldStore(background, pytest.fail), subject(), list[float]()
    store.want(ring, [(0.5, 1.0)], lambda: heard.append(0.5))
    qtbot.waitUntil(lambda: heard == [0.5], timeout=SOON)
    frame = store.known(ring, (0.5, 1.0))
    assert frame is not None
    for total in (1, 7, 199, 200, 201, 399, 500, 1000):
        steps = evenly(total)
        assert len(steps) * frame.nbytes < MEMORY / 2
        assert total - steps[-1] < steps.step <= max(1.0, total / 100)
