"""What a task's events add up to: its figures, files and last state."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engines.chart import Chart, with_chart
from engines.events import (
    Charted,
    Event,
    Fitted,
    Measured,
    Noted,
    Opened,
    Progressed,
    Said,
    Sampled,
    Saved,
    Shown,
    Stepped,
    Trained,
    Validated,
)
from engines.samplers.base import Step
from workbench.cli.course import Course
from workbench.cli.recording import Recording
from workbench.cli.terminal import Terminal
from workbench.fields.fit_course import FitCourse
from workbench.frames import size
from workbench.running.fit_file import follow
from workbench.running.learning import learn
from workbench.running.mailbox import History


@dataclass(slots=True)
class Outcome:
    """The state of a running task as its events tell it; `take` also shows the progress.

    noun: what it works on; course: where to keep states on the way, None for a task that needs none; steps: where to
    keep all of them, None for a run outside of the library; reached: how far a training is, which is told but no
    figure of the run.
    """

    terminal: Terminal
    title: str = ""
    noun: str = "images"
    said: str = ""
    total: int = 0
    opened: Opened | None = None
    sampled: Sampled | None = None
    shown: dict[str, Shown] = field(default_factory=dict[str, Shown])
    last: Step | None = None
    course: Course | None = None
    steps: Recording | None = None
    notes: list[str] = field(default_factory=list[str])
    reached: dict[str, int] = field(default_factory=dict[str, int])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    charts: tuple[Chart, ...] = ()
    history: History = field(default_factory=History)
    fit: FitCourse = field(default_factory=FitCourse)
    saved: dict[Path, str] = field(default_factory=dict[Path, str])
    began: float = field(default_factory=time.perf_counter)

    def take(self, event: Event) -> None:
        """Note one event and show it."""
        match event:
            case Said(sentence):
                if sentence != self.said:  # a long wait repeats its sentence
                    self.said = sentence
                    self.terminal.say(f"{sentence}…")
            case Noted(sentence):
                self.notes.append(sentence)
                self.terminal.say(sentence)
            case Opened():
                self.opened, self.title, self.total = event, event.title, event.total
                if self.steps is not None:
                    self.steps.open(event)
            case Stepped(step):
                self.last = step
                if self.steps is not None:
                    self.steps.take(event)
                if self.course is not None and self.opened is not None:
                    self.course.take(step, size(self.opened, step.index))
                self.terminal.progress(step.index, step.total, self.title)
            case Progressed(done, total):
                self.terminal.progress(done, total, self.title)
            case Sampled():
                self.sampled = event
                self.values |= {"nfe": event.nfe, "sha256": event.sha256}
            case Shown(name):
                self.shown[name] = event
            case Saved(kind, path):
                self.saved[path] = kind
            case _:
                self._figures(event)

    def close(self) -> None:
        """Give back the room of the steps that were kept."""
        if self.steps is not None:
            self.steps.close()

    def _figures(self, event: Event) -> None:
        """Note the figures and the course of training, and the figures of evaluation."""
        learn(self.history, event, time.perf_counter() - self.began)
        follow(self.fit, event)
        match event:
            case Trained():
                self.total = event.total
                self.reached = {"step": event.step, "steps": event.total}
                self.values["loss"] = event.loss
                rate = f"loss {event.loss:.4f}, {event.images_per_second:.0f} {self.noun}/s"
                self.terminal.progress(event.step, event.total, rate)
            case Validated():
                self.values["validation_loss"] = event.loss
            case Charted(chart):
                self.charts = with_chart(self.charts, chart)
            case Measured(values):
                self.values |= dict(values)
            case Fitted():
                self.total = event.index  # nobody knows how many come
                self.terminal.progress(event.index, self.fit.total, f"log-likelihood {event.log_likelihood:,.1f}")
            case _:
                pass
