"""Walking: through the steps, from sample to sample, closer and farther; wherever the user is."""

from __future__ import annotations

from widgets.step_scrubber import StepScrubber
from workbench.actions import Actions, Spec
from workbench.workspaces.registry import Spaces

MANY = 1_000_000  # steps: past any end
CLOSER = 1.25  # times as large


class WalkController:
    """Declares the actions that every workspace carries out in its way. It has no signals.

    Args:
        actions: of the window.
        spaces: the present one is asked.
        scrubber: the time line of workspaces that have none of their own.
    """

    def __init__(self, actions: Actions, spaces: Spaces, scrubber: StepScrubber) -> None:
        self._spaces, self._scrubber = spaces, scrubber
        self._declare_steps(actions)
        self._declare_zoom(actions)

    def _declare_steps(self, actions: Actions) -> None:
        add = actions.add
        add(Spec("step.next", "Next step", "View", ".", plain="Right"), lambda: self._step(1))
        add(Spec("step.previous", "Previous step", "View", ",", plain="Left"), lambda: self._step(-1))
        add(Spec("step.on", "Ten steps on", "View", plain="Ctrl+Right; PgUp"), lambda: self._step(10))
        add(Spec("step.back", "Ten steps back", "View", plain="Ctrl+Left; PgDown"), lambda: self._step(-10))
        add(Spec("step.first", "First step", "View", "Ctrl+Home", plain="Home"), lambda: self._step(-MANY))
        add(Spec("step.last", "Last step", "View", "Ctrl+End", plain="End"), lambda: self._step(MANY))
        add(Spec("step.play", "Play or pause the steps", "View", "Ctrl+Space", "play", plain="Space"),
            self._scrubber.toggle_play)
        add(Spec("sample.next", "Next sample", "View", section="sample", plain="Shift+Right"),
            lambda: self._spaces.current.step_sample(1))
        add(Spec("sample.previous", "Previous sample", "View", section="sample", plain="Shift+Left"),
            lambda: self._spaces.current.step_sample(-1))

    def _declare_zoom(self, actions: Actions) -> None:
        add = actions.add
        add(Spec("view.fit", "Fit picture", "View", "Ctrl+0", "maximize", "zoom"), lambda: self._spaces.current.fit())
        add(Spec("view.zoom_in", "Zoom in", "View", "Ctrl++; Ctrl+=", "zoom-in", "zoom"),
            lambda: self._spaces.current.zoom(CLOSER))
        add(Spec("view.zoom_out", "Zoom out", "View", "Ctrl+-", "zoom-out", "zoom"),
            lambda: self._spaces.current.zoom(1 / CLOSER))

    def _step(self, steps: int) -> None:
        """Go through the steps of what is shown."""
        if not self._spaces.current.step(steps):
            self._scrubber.nudge(steps)
