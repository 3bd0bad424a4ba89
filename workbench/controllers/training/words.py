"""What is said of a training: how it goes, and when there will be something to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines.data.split import FROM, ONE_IN
from workbench.library.records import Run, State
from workbench.pages.train_panels import NO_LEVELS, binned
from workbench.running.mailbox import History, LiveRun

if TYPE_CHECKING:
    from workbench.running.jobs import Job

TASK, CLASSIFIER = "train", "train-classifier"  # whose runs and forms the workspace is about
TASKS = frozenset({TASK, CLASSIFIER})
FIRST = 5  # step of the first sheet and validation at the latest


def first_samples(history: History, stored: Run, *, alive: bool, model: bool) -> str:
    """When there will be a sheet, or that there is none; alive: more steps come, model: its file exists."""
    from engines.training.plan import next_look  # brings torch, which the window does not wait for

    trained = history.trained["step"]
    done = int(trained[-1]) if len(trained) else 0
    every, steps = int(stored.options.get("preview_every", 0)), int(stored.options.get("steps", 1))
    if not alive:
        draw = " “Sample from it” draws some." if model else ""
        return f"No samples of this training are kept.{draw}" if done else "This training has not made a step yet."
    if not every:
        return "Sheets of samples are switched off; set “Preview every” to see them."
    if stored.options.get("resume") and not done:
        return "The samples of the training that is continued appear in a moment."
    step = min(next_look(every, done, history.began), steps)
    return f"The {'next' if done >= FIRST else 'first'} samples appear at step {step:,}."


def first_levels(history: History, stored: Run) -> str:
    """When there will be a first validation, or why there is none."""
    every, trained = int(stored.options.get("validate_every", 0)), history.trained["step"]
    if not every:
        return "Validation is switched off; set “Validate every” to see it."
    # a first one was due by then: there are no pictures to validate on
    if len(trained) and trained[-1] - history.began > min(every, FIRST) and not len(history.validated):
        return f"There are too few pictures to hold some back for validation; from {FROM} on, one in {ONE_IN} is."
    return NO_LEVELS


def sentence_of(live: LiveRun, state: State, job: Job | None, total: int) -> str:
    """How the training goes, in one line; the plots below it tell the other figures."""
    trained = live.history.trained
    if state is State.FAILED:
        why = job.sentence if job and job.sentence else live.sentence
        return f"Failed at step {int(trained['step'][-1]):,}: {why}" if len(trained) else why
    if not len(trained):
        waiting = {State.WAITING: "Waits for the jobs before it", State.RUNNING: live.sentence or "Reading the data"}
        return waiting.get(state, live.sentence or (job.sentence if job else "") or "Not trained yet")
    begin = {State.PAUSED: "Paused at", State.DONE: "Done at", State.RUNNING: "Step",
             State.WAITING: "Waits at"}.get(state, "Stopped at")
    loss = float(binned(trained, "loss", "", "").y[-1])  # where the curve below it ends
    return f"{begin} {int(trained['step'][-1]):,} of {total:,} · loss {loss:.4f}"
