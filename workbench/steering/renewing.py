"""Runs on the canvas that go on after they had ended: each has a new view then, and the canvas follows that one."""

from __future__ import annotations

from workbench.desk import Desk
from workbench.running.coming import begun


class Renewer:
    """Puts the new view of a run in the place of the one before. It has no signals.

    A run alone is shown at once, with what it waits for. One that is compared keeps its old steps in sight until the
    first new one is there, or for good where none comes: what it stands beside is never left with an empty panel. So
    it does where the comparison ends meanwhile.

    Args:
        desk: its queue tells what goes on, its stage shows it.
    """

    def __init__(self, desk: Desk) -> None:
        self._stage, self._queue = desk.stage, desk.queue
        self._queue.job_added.connect(self._added)
        for signal in (self._queue.job_changed, self._queue.job_finished):
            signal.connect(self._went_on)

    def _added(self, run: str) -> None:
        stage, live = self._stage, self._queue.live(run)
        if run == stage.run and stage.other is None and live is not stage.live:
            stage.show(live)

    def _went_on(self, run: str) -> None:
        stage, live = self._stage, self._queue.live(run)
        before = next((one for one in stage.together or (stage.live,) if one is not None and one.run == run), None)
        if live is not None and before is not None and live is not before and begun(live):
            stage.renew(live)
