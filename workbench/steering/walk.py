"""Walking: through the steps, from sample to sample, closer and farther; wherever the user is."""

from __future__ import annotations

from dataclasses import replace

from widgets.controls.step_scrubber import StepScrubber
from workbench.actions import Actions, Spec
from workbench.desk import Desk
from workbench.workspaces.registry import Spaces

MANY = 1_000_000  # steps: past any end
CLOSER = 1.25  # times as large


class WalkController:
    """Declares the actions that every workspace carries out in its way. It has no signals.

    What does nothing says why.

    Args:
        desk: its actions are those of the window.
        spaces: the present one is asked.
        scrubber: the time line of workspaces that have none of their own.
    """

    def __init__(self, desk: Desk, spaces: Spaces, scrubber: StepScrubber) -> None:
        self._desk, self._spaces, self._scrubber = desk, spaces, scrubber
        self._declare_steps(desk.actions)
        self._declare_zoom(desk.actions)

    def _declare_steps(self, actions: Actions) -> None:
        for spec, do in (
                (Spec("step.next", "Next step", "View", ".", plain="Right"), lambda: self._step(1)),
                (Spec("step.previous", "Previous step", "View", ",", plain="Left"), lambda: self._step(-1)),
                (Spec("step.on", "Ten steps on", "View", plain="Ctrl+Right; PgUp"), lambda: self._step(10)),
                (Spec("step.back", "Ten steps back", "View", plain="Ctrl+Left; PgDown"), lambda: self._step(-10)),
                (Spec("step.first", "First step", "View", "Ctrl+Home", plain="Home"), lambda: self._step(-MANY)),
                (Spec("step.last", "Last step", "View", "Ctrl+End", plain="End"), lambda: self._step(MANY)),
                (Spec("step.play", "Play or pause the steps", "View", "Ctrl+Space", "play", plain="Space"), self._play),
                (Spec("sample.next", "Next sample", "View", section="sample", plain="Shift+Right"),
                 lambda: self._sample(1)),
                (Spec("sample.previous", "Previous sample", "View", section="sample", plain="Shift+Left"),
                 lambda: self._sample(-1))):
            actions.add(replace(spec, within="Steps"), do)

    def _declare_zoom(self, actions: Actions) -> None:
        add = actions.add
        add(Spec("view.fit", "Fit picture", "View", "Ctrl+0", "maximize", "zoom"), self._fit)
        add(Spec("view.zoom_in", "Zoom in", "View", "Ctrl++; Ctrl+=", "zoom-in", "zoom"),
            lambda: self._zoom(CLOSER))
        add(Spec("view.zoom_out", "Zoom out", "View", "Ctrl+-", "zoom-out", "zoom"),
            lambda: self._zoom(1 / CLOSER))

    def _step(self, steps: int) -> None:
        """Go through the steps of what is shown."""
        if self._spaces.current.step(steps):
            return
        before = self._scrubber.step()
        self._scrubber.nudge(steps)
        if not self._scrubber.able:
            self._desk.say("There is no step to go to yet; run something first")
        elif self._scrubber.step() == before:
            self._desk.say(f"Step {before:,} is the {'last' if steps > 0 else 'first'} there is")

    def _play(self) -> None:
        """Play the steps of what is shown, or pause."""
        space = self._spaces.current
        if space.timeline is not None:
            self._desk.say(f"{space.title} has no steps to play; ← and → go through its samples")
        elif space.steps is not None:
            self._desk.say("There are no steps to play here; ← and → go through the values")
        elif not self._scrubber.able:
            self._desk.say("There is no step to play yet; run something first")
        else:
            self._scrubber.toggle_play()

    def _sample(self, offset: int) -> None:
        """Select another sample."""
        if not self._spaces.current.step_sample(offset):
            self._desk.say("There is no other sample to select that way")

    def _fit(self) -> None:
        """Show all of what is on the canvas."""
        self._desk.say(self._spaces.current.fit())

    def _zoom(self, factor: float) -> None:
        """Show the picture closer or from farther away."""
        if why := self._spaces.current.zoom(factor):
            self._desk.say(why)
