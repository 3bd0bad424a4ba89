"""Durations, sizes and states in the words of the window."""

from __future__ import annotations

import time
from collections.abc import Sequence

from engines.counted import counted
from workbench.library.records import Run, State
from workbench.wording.component_words import known, task_word, within, word

WORDS = {State.WAITING: "waiting", State.PAUSED: "paused", State.FAILED: "failed", State.CANCELLED: "stopped",
         State.INTERRUPTED: "interrupted"}

NATS = ("The values are in nats, sums over all points, own ones at unit scale. The bound never lies above the "
        "log-likelihood, and no step lowers either.")
OF_THE_RUN = "The values are those of this run; of a training, at the step that is looked at."
_SIZE = ("The size of a term is the L2 norm of what the formula shows in its colour, over {}. Δx = x_s − x_t is the "
         "move of one step.")
SIZE = _SIZE.format("all numbers of a sample, averaged over the samples")
OF_PIXELS = _SIZE.format("all pixels of a picture, which lie in −1 … 1, averaged over the pictures")
OF_COORDINATES = _SIZE.format("the coordinates of a point, averaged over the points")


def size_words(shape: Sequence[int]) -> str:
    """What the size of a term is, of a run with a batch of this shape: (B, C, H, W) of pictures, (B, d) of points."""
    return OF_PIXELS if len(shape) > 2 else OF_COORDINATES


def duration(seconds: float) -> str:
    """A duration as people say it: "4 s", "3 min", "2.5 h"."""
    if seconds < 1:
        return "1 s"
    # rounded to what matters: past a minute and a half nobody counts seconds
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def megabytes(size: float) -> str:
    """Bytes as MiB or GiB."""
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"


def state_word(run: Run) -> str:
    """What stands at the right of a run's row: "42 %", "paused", nothing when done."""
    if run.state is State.RUNNING:
        return f"{100 * run.done // max(run.total, 1)} %"
    return WORDS.get(run.state, "")


def state_name(state: State) -> str:
    """A state where it stands alone: "Done", "Stopped"."""
    return WORDS.get(state, str(state)).capitalize()


def bytes_of(size: float) -> str:
    """Bytes as files are spoken of: "512 B", "84 KiB", "1.3 GiB"."""
    if size < 2**10:
        return f"{size:.0f} B"
    return f"{size / 2**10:.0f} KiB" if size < 2**20 else megabytes(size)


def facts(run: Run, now: float | None = None) -> str:
    """The second line of a run's row: its seed, its sampler or data, steps, and when it was made.

    now: seconds since 1970 at which that is said; a list tells all its rows at one moment.
    """
    options = run.options
    named = ((name, value) for name in ("method", "sampler") if isinstance(value := options.get(name), dict))
    # before all engines are there a row says less, rather than the names of recipes
    words = [word(name, str(value.get("name", ""))) for name, value in named] if known() else []
    parts = [seeded(run), *words]
    steps = options.get("steps")
    if came := progress(run):
        parts.append(came)
    else:
        parts.append(counted(steps, "step") if isinstance(steps, int) else within(task_word(run.task)))
    parts += [ago(run.created, now), continuation(run)]
    return " · ".join(p for p in parts if p)


def progress(run: Run) -> str:
    """“step 40 of 800” of a run that has not ended and no sampler to name, as a training; else ""."""
    named = any(isinstance(run.options.get(name), dict) for name in ("method", "sampler"))
    return "" if named or run.done >= run.total else f"step {run.done:,} of {run.total:,}"


def seeded(run: Run) -> str:
    """“seed 7” or “seeds 5, 5, 9”, which tells apart what else looks alike; "" for a run that draws nothing."""
    listed = run.options.get("seeds")
    if isinstance(listed, list | tuple) and listed:
        told = ", ".join(str(seed) for seed in listed[:3]) + ("…" if len(listed) > 3 else "")
        return f"seeds {told}" if len(listed) > 1 else f"seed {told}"
    return f"seed {run.seed}" if run.seed is not None and "sampler" in run.options else ""


def continuation(run: Run) -> str:
    """“continued from mine” where a training takes up another one, else ""."""
    return f"continued from {run.origin}" if run.origin else ""


def ago(then: float, now: float | None = None) -> str:
    """When something was: "now", "5 min ago", "14:05", "3 May"; `now` stands for the present moment."""
    gone = (time.time() if now is None else now) - then
    if gone < 60:
        return "now"
    if gone < 3600:
        return f"{gone // 60:.0f} min ago"
    moment = time.localtime(then)
    if gone < 86400:
        return time.strftime("%H:%M", moment)
    return f"{moment.tm_mday} {time.strftime('%b', moment)}"
