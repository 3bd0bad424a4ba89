"""From the events of a training to its course, for the window and the command line alike."""

from __future__ import annotations

from engines import events as ev
from workbench.running.mailbox import History
from workbench.running.run_files import load_course


def learn(history: History, event: ev.Event, seconds: float) -> None:
    """Put what an event of training tells into its course; other events tell nothing. `seconds`: since it began."""
    match event:
        case ev.Continued():
            load_course(event.folder, history)
            history.go_on(event.step, event.losses, event.validations, event.levels)
        case ev.Trained():
            history.trained.add(event.step, event.total, event.loss, event.learning_rate, event.images_per_second,
                                event.grad_norm, seconds)
        case ev.Validated():
            history.validate(event.step, event.loss, event.levels, event.by_level)
        case ev.Previewed():
            history.preview(event.step, event.samples, event.belief)
        case _:
            return
