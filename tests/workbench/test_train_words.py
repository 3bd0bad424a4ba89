"""What the Train workspace draws and says: curves, sentences, names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.data.folder import Unreadable, left_out
from engines.data.survey import Survey
from workbench.controllers.training.data import Look, facts_of, named_folders, suggested_name
from workbench.controllers.training.words import first_levels, first_samples, sentence_of
from workbench.library.records import Run, State
from workbench.pages.train_panels import TrainPlots, TrainTimeline, binned, smooth, span_of
from workbench.running.jobs import Job
from workbench.running.mailbox import MOST_PREVIEWS, History, LiveRun, Series


def history(steps: int) -> History:
    """A made-up training."""
    made = History()
    for step in range(1, steps + 1):
        made.trained.add(step, steps, 1 / step, 1e-3, 400, 0.5, step / 10)
        if step % 50 == 0:
            made.validate(step, 1.1 / step, np.linspace(-6, 6, 8), np.full(8, 1 / step))
            made.preview(step, np.zeros((20, 1, 8, 8), np.float32))
    return made


def test_a_continued_training_shows_the_one_before_it(qtbot: QtBot) -> None:
    """Its curves come first, up to the step that was taken up, and the plots mark where the new part begins."""
    made = history(300)
    made.go_on(250, np.ones(250), np.zeros((0, 10)), np.empty(0))
    assert made.trained["step"].tolist() == list(range(1, 251))
    assert made.validated["step"].tolist() == [50, 100, 150, 200, 250]
    assert made.preview_steps[-1] == 250
    alone = History()
    alone.go_on(3, np.array([3.0, 2.0, 1.0]), np.array([[2, 0.5, 0.1, 0.9]]), np.array([-1.0, 1.0]))
    assert alone.trained["loss"].tolist() == [3, 2, 1]
    assert alone.by_level.tolist() == [[0.1, 0.9]]
    timeline, plots = TrainTimeline(), TrainPlots()
    qtbot.addWidget(timeline)
    qtbot.addWidget(plots)
    timeline.show_loss(made, 600)
    plots.show_history(made, 600)
    marks = [plot._mark for plot in (timeline.loss, plots.rate, plots.speed)]  # pyright: ignore[reportPrivateUsage]
    assert marks == [250, 250, 250]
    timeline.show_loss(history(300), 600)
    assert timeline.loss._mark is None  # pyright: ignore[reportPrivateUsage]


def test_buttons_of_a_training_keep_their_places(qtbot: QtBot) -> None:
    """Whatever can be done with it; in a narrow window they have icons alone, and names for who cannot see them."""
    timeline = TrainTimeline()
    qtbot.addWidget(timeline)
    buttons = timeline.pause, timeline.stop, timeline.go_on, timeline.sample
    for width in (900, 500):
        timeline.resize(width, 240)
        timeline.show()
        places, usable = set[tuple[int, ...]](), list[list[bool]]()
        for alive, paused, model in ((True, False, False), (True, True, True), (False, False, True)):
            timeline.show_buttons(alive, paused=paused, model=model)
            qtbot.waitUntil(lambda: timeline.layout().activate() is False)
            places.add(tuple(button.x() for button in buttons))
            usable.append([button.isEnabled() for button in buttons])
        assert len(places) == 1
        assert usable == [[True, True, False, False], [True, True, False, True], [False, False, True, True]]
        assert [bool(button.text()) for button in buttons] == 4 * [width == 900]
    assert timeline.sample.accessibleName() == "Sample from it"


def test_the_axes_grow_with_a_long_training() -> None:
    """Eleven steps of four thousand would be one point; the end is the training's own once it comes near."""
    assert span_of(history(0), 4000) is None
    assert span_of(history(11), 4000) == (0, 20)
    assert span_of(history(95), 4000) == (0, 200)
    assert span_of(history(95), 100) == (0, 100)
    assert span_of(history(3), 6) == (0, 6)


@pytest.mark.parametrize(("fit", "words"), [
    ("crop", "The largest square in the middle of each picture is cut out and scaled to 32 × 32 px."),
    ("pad", "scaled until its longer side is 32 px, and padded to a square"),
    ("stretch", "scaled to 32 × 32 px, whatever its shape")])
def test_the_sheet_says_what_becomes_of_the_pictures(fit: str, words: str) -> None:
    """What is cut and to what size; what was left out and why; and that there are too few for a batch."""
    bad = Unreadable(Path("/pets/cats/notes.txt"),
                     "“notes.txt” is not an image that can be read; choose a PNG or other picture.")
    found = Survey("pets", 1, tuple("abcdefghijkl"), (1, *[0] * 11), 0, np.zeros((1, 3, 32, 32), np.uint8),
                   np.zeros(1), (bad,), True)
    facts = facts_of(Look("/pets", 32, "auto", fit, found), 8)
    assert any(words in line for line in facts.facts)
    assert facts.facts[0] == "1 image"
    assert facts.left_out == (("cats/notes.txt", "“cats/notes.txt” is not an image that can be read."),)
    assert "1 file is left out, see below the classes." in facts.facts
    assert "only 1 image" in facts.warning
    assert facts_of(Look("/pets", 32, "auto", fit, replace(found, total=8)), 8).warning == ""
    # those held back do not fill a batch
    many = facts_of(Look("/pets", 32, "auto", fit, replace(found, total=330, held=16)), 320)
    assert (many.facts[0], "only 314 images for a batch of 320" in many.warning) == ("330 images", True)


def test_where_a_training_began_is_saved_with_its_course(tmp_path: Path) -> None:
    """The mark is there again after the next start."""
    made, again = history(100), History()
    made.go_on(60, np.ones(60), np.zeros((0, 10)), np.empty(0))
    made.save(tmp_path / "history.npz")
    again.load(tmp_path / "history.npz")
    assert again.began == 60


def test_curves_stay_small_and_readable(qtbot: QtBot) -> None:
    """Ten thousand steps become a few hundred points, and the axis has several labels in less than two decades."""
    made = history(10_000)
    curve = binned(made.trained, "loss", "training", "accent")
    assert len(curve.y) <= 400
    assert curve.xs[-1] == 10_000
    timeline, plots = TrainTimeline(), TrainPlots()
    qtbot.addWidget(timeline)
    qtbot.addWidget(plots)
    timeline.show_loss(history(30), 30)
    plots.show_history(made, 10_000)
    ticks = timeline.loss._scale.ticks(4)  # pyright: ignore[reportPrivateUsage]
    assert len(ticks) >= 2
    timeline.show_film(made)
    assert timeline.film.shown[-1] == 10_000


def test_smoothing_leaves_gaps_out() -> None:
    """A step without a finite loss does not break the curve."""
    np.testing.assert_allclose(smooth(np.array([np.nan, 1.0, np.nan, 0.5, np.inf, 0.94]), 0.5),
                               [np.nan, 1.0, 1.0, 0.75, 0.75, 0.845])
    np.testing.assert_allclose(smooth(np.array([1.0, 0.0])), [1.0, 0.88])


def test_sentences_say_where_the_training_is() -> None:
    """Step, loss and validation; before the first step what goes on."""
    live = LiveRun("x")
    live.sentence = "Training on 8,500 images of Digits"
    assert sentence_of(live, State.RUNNING, None, 100) == live.sentence
    live.history = history(100)
    assert sentence_of(live, State.PAUSED, None, 4000).startswith("Paused at 100 of 4,000 · loss 0.01")
    job = Job("x", "x", "train", State.FAILED, sentence="The disk is full.")
    assert sentence_of(live, State.FAILED, job, 4000) == "Failed at step 100: The disk is full."


def test_a_training_without_validation_says_why() -> None:
    """Nothing was held back, or it is switched off; before the first one is due it is awaited."""
    run = Run("x", "x", "train", State.RUNNING, 0, None, "", None, False, None, None, None, 6, 100, 1, "",
              {"validate_every": 500}, {})
    few = History()
    assert "first validation" in first_levels(few, run)
    for step in range(1, 7):
        few.trained.add(step, 100, 1, 1e-3, 400, 0.5, step)
    assert "too few pictures to hold some back for validation; from 320 on, one in 20 is" in first_levels(few, run)
    assert "first validation" in first_levels(history(100), run)
    assert "switched off" in first_levels(few, replace(run, options={"validate_every": 0}))


def test_samples_that_are_awaited_and_those_that_never_come() -> None:
    """A training that goes on names the step that comes next; one that is over says that there are none."""
    run = Run("x", "x", "train", State.RUNNING, 0, None, "", None, False, None, None, None, 6, 5000, 1, "",
              {"preview_every": 500, "steps": 5000}, {})
    assert first_samples(History(), run, alive=True, model=False).endswith("first samples appear at step 5.")
    seven, many = history(7), history(620)
    assert first_samples(seven, run, alive=True, model=True) == "The next samples appear at step 10."
    assert first_samples(many, run, alive=True, model=True) == "The next samples appear at step 1,000."
    over = first_samples(seven, run, alive=False, model=True)
    assert over == "No samples of this training are kept. “Sample from it” draws some."
    assert first_samples(seven, run, alive=False, model=False) == "No samples of this training are kept."
    assert "not made a step" in first_samples(History(), run, alive=False, model=False)


def test_a_file_that_is_left_out_is_named_with_its_folder() -> None:
    folder = Path("data")
    bad = [Unreadable(folder / "cats" / "1.png", "broken"), Unreadable(Path("elsewhere") / "2.png", "broken")]
    assert left_out(bad, folder) == "2 unreadable files are left out: “cats/1.png”, “2.png”"


def test_folders_go_by_their_names() -> None:
    """Two of one name are told apart by what holds them; a field never shows the end of a path alone."""
    assert named_folders(["/a/long/way/to/cats", "/b/dogs"]) == [("/a/long/way/to/cats", "cats"), ("/b/dogs", "dogs")]
    assert named_folders(["/a/x/cats", "/a/y/cats"]) == [("/a/x/cats", "x/cats"), ("/a/y/cats", "y/cats")]
    assert named_folders(["cats", "/a/cats"]) == [("cats", "cats"), ("/a/cats", "a/cats")]


def test_the_plots_of_a_training_name_themselves_whole(qtbot: QtBot) -> None:
    plots = TrainPlots()
    qtbot.addWidget(plots)
    assert plots.minimumSizeHint().width() >= plots.choice.sizeHint().width()


def test_names_of_models_are_free() -> None:
    """A second training of the same data gets a number."""
    assert suggested_name("/data/My cats!", frozenset()) == "My cats"
    assert suggested_name("digits", frozenset({"my-digits"})) == "my-digits-2"


def test_the_loss_in_words_is_that_of_the_curve() -> None:
    """The sentence and the plot below it say one figure, also of a training with more steps than the plot shows."""
    live = LiveRun("run", "train")
    live.history = history(1203)
    words = sentence_of(live, State.DONE, None, 1203)
    assert words.endswith(f"loss {binned(live.history.trained, 'loss', '', '').y[-1]:.4f}")


def test_a_sheet_that_made_room_for_others_is_missed_by_nobody(qtbot: QtBot) -> None:
    """Every second one goes on the engine's thread, between two drawings of the film: the others are still themselves.
    """
    made, timeline = History(), TrainTimeline()
    for step in range(1, MOST_PREVIEWS + 1):
        made.preview(step, np.full((4, 1, 8, 8), step / 100, np.float32))
    qtbot.addWidget(timeline)
    timeline.show_film(made)
    made.preview(MOST_PREVIEWS + 1, np.zeros((4, 1, 8, 8), np.float32))
    timeline.resize(900, 300)
    timeline.grab()  # frames that are gone are left out
    assert made.preview_of(2) is None
    sheet = made.preview_of(95)
    assert sheet is not None
    assert sheet.max() == pytest.approx(0.95, abs=0.01)


def test_curves_of_a_training_that_goes_on_meanwhile_are_whole(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's thread adds a row at any moment, also between the steps and their losses."""
    made, read = history(900), Series.__getitem__

    def racing(series: Series, name: str) -> np.ndarray:
        column = read(series, name)
        series.add(len(series) + 1, *[0.5] * (len(series.names) - 1))
        return column

    timeline = TrainTimeline()
    qtbot.addWidget(timeline)
    monkeypatch.setattr(Series, "__getitem__", racing)
    assert len(binned(made.trained, "loss", "", "").xs) == 300
    timeline.show_loss(made, 900)
    curves = timeline.loss._curves  # pyright: ignore[reportPrivateUsage]
    assert [len(curve.xs) for curve in curves] == [len(curve.y) for curve in curves]
