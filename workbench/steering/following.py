"""Following the runs on the canvas while they go on."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from workbench.stage import Stage

BEAT = 30  # milliseconds between two looks at the run on the canvas


class Follower(QObject):
    """Draws what is new of the runs on the stage; nothing queues up, whatever the engine's pace. It has no signals.

    Args:
        stage: shows the run, and maybe another one beside it.
    """

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._seen = stage, -1
        self._poll = QTimer(self)
        self._poll.setInterval(BEAT)
        self._poll.timeout.connect(self._look)
        self._seen_beside = -1
        stage.shown.connect(self._forget)
        stage.compared.connect(self._forget_beside)

    def start(self) -> None:
        """Begin to follow."""
        self._poll.start()

    def stop(self) -> None:
        """Follow nothing more."""
        self._poll.stop()

    @property
    def caught_up(self) -> bool:
        """Whether all there is of the run by now is drawn."""
        live = self._stage.live
        return live is None or live.version == self._seen

    def _forget(self) -> None:
        self._seen = -1

    def _forget_beside(self) -> None:
        other = self._stage.other
        self._seen_beside = -1 if other is None else other.version  # up to here it is drawn by whoever was told of it

    def _look(self) -> None:
        live, other = self._stage.live, self._stage.other
        if live is not None and not self.caught_up:
            self._seen = live.version
            self._stage.refresh()
        if other is not None and other.version != self._seen_beside:
            self._seen_beside = other.version
            self._stage.beside.emit()
