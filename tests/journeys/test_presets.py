"""Presets that are saved while others of their name can still be brought back: undo never writes over one."""

from __future__ import annotations

from tests.journeys.test_images import Opener, fill
from tests.journeys.window import Window


def saved(window: Window, name: str, steps: int) -> bytes:
    """Save a preset of the form with so many steps; gives what is in its file."""
    fill(window, "generate", {"steps": steps})
    window.presets.save(name)
    return (window.presets.folder / f"{name}.toml").read_bytes()


def test_undo_does_not_write_over_a_preset_that_was_saved_since(opened: Opener) -> None:
    """That one has a place in no history: neither a rename nor a deletion that is taken back may cost it."""
    window = opened()
    few, many = (window.presets.folder / f"{name}.toml" for name in ("Few", "Many"))
    first = saved(window, "Few", 3)
    window.presets.rename(few, "Many")
    second = saved(window, "Few", 8)
    window.desk.history.undo()  # of the rename
    assert window.bar.sentence == "There is a preset Few already; choose another name, or rename or delete that one."
    assert (few.read_bytes(), many.read_bytes()) == (second, first)
    window.presets.delete(few)
    third = saved(window, "Few", 9)
    window.desk.history.undo()  # of the deletion
    window.desk.history.redo()
    assert few.read_bytes() == third
