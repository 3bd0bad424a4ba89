"""Words of the time line and of the keys are those of the workspace they are used in."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from workbench.frames import VIEWS
from workbench.parts import IconButton


def tips(window: Window) -> list[str]:
    """What the views of the time line say under the pointer."""
    return [window.timeline.scrubber.views.button(view.name).toolTip() for view in VIEWS]


def said(window: Window, action: str) -> str:
    """What the status line says after an action."""
    window.desk.say("")
    window.desk.actions[action].trigger()
    return window.status.sentence


def test_views_and_keys_speak_of_points_in_points_and_of_pictures_in_images(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    of_pictures = tips(window)
    assert sum("picture" in tip for tip in of_pictures) == 2
    assert "sheet of samples" in said(window, "view.fit")
    turned(window, qtbot)
    assert not any("picture" in tip or "grey" in tip.lower() for tip in tips(window))
    run(window, qtbot, steps=2, count=5)
    assert "This run has no guidance." in tips(window)
    sizes = (window.equation.view.toolTip(), window.plots.terms.toolTip())
    assert all("the coordinates of a point" in " ".join(tip.split()) and "pixel" not in tip for tip in sizes)
    assert said(window, "view.fit") == "The whole plane is shown"
    window.navigator.close_run()
    window.navigator.choose_task("sweep")
    assert said(window, "view.fit") == said(window, "view.zoom_in") == "A chart always shows all of its values"
    assert "no steps to play here" in said(window, "step.play")
    window.navigator.turn_to("train")
    assert said(window, "view.zoom_in") == "Train has nothing to zoom"
    window.navigator.turn_to("images")
    assert tips(window) == of_pictures


def test_what_opens_is_called_by_what_it_opens_here(qtbot: QtBot, opened: Opener) -> None:
    """In the menu, under the pointer, in the palette and for those who hear the button."""
    window = opened()
    action = window.desk.actions["file.open"]

    def offered() -> list[str]:
        return [entry.title for entry in window.help.entries() if entry.title.startswith("Open p")]

    assert (action.text(), offered()) == ("Open picture…", ["Open picture"])
    points = turned(window, qtbot)
    assert (action.text(), offered()) == ("Open points or density…", ["Open points or density"])
    assert action.toolTip().replace("\n", " ").startswith("A table of one or two numbers a row")
    assert "Ctrl+O" in action.toolTip()
    button, = (one for one in points.field_page.tools.findChildren(IconButton) if one.defaultAction() is action)
    assert button.accessibleName() == "Open points or density…"
    window.navigator.turn_to("images")
    assert (action.text(), offered()) == ("Open picture…", ["Open picture"])


def test_before_and_after_says_where_it_is_at_home(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    window.navigator.choose_task("sweep")
    assert said(window, "view.wipe") == "Before and after lays a result over its picture; both are in Images"
    assert not window.bar.isVisible()
