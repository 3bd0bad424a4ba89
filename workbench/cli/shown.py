"""What the window needs to show a run of the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.context import Start
from engines.files import write_atomic
from engines.modalities.scatter import portraits
from engines.samplers.base import Step
from engines.trajectory import Trajectory
from workbench import bridge
from workbench.cli.outcome import Outcome
from workbench.library.opening import THUMBNAIL
from workbench.running.chart_portrait import chart_portrait
from workbench.running.charts_file import save_charts
from workbench.running.fit_file import save_fit
from workbench.running.run_files import HISTORY, STEPS, save_opened, save_point
from workbench.running.samples_file import save_samples
from workbench.running.thumbnail import thumbnail

IN_LIST = 4  # samples in the picture of a run


def leave_shown(folder: Path, outcome: Outcome) -> dict[Path, str]:
    """Save what a run is shown by besides its results; every file of it for the library's list, with its kind.

    The samples and the steps to them; of a run that was stopped the one it goes on from; of a training its course.
    Raises DiskFull.
    """
    pictures, files = None, dict[Path, str]()
    if outcome.opened is not None:
        save_opened(folder, outcome.opened)
    if outcome.sampled is not None:
        pictures = outcome.sampled.pictures[:IN_LIST] or portraits(outcome.sampled.samples, IN_LIST)
        files[save_samples(folder, outcome.sampled.samples)] = "samples"
    elif outcome.opened is not None and outcome.last is not None:
        pictures = portraits(_save_step(folder, outcome.last), IN_LIST)
        files[folder / STEPS] = "steps"
    if outcome.charts:
        files[save_charts(folder, outcome.charts)] = "charts"
        pictures = [chart_portrait(outcome.charts[0])]
    history = outcome.history
    if len(history.trained):
        history.save(folder / HISTORY)
        last = history.preview_of(history.preview_steps[-1]) if history.preview_steps else None
        pictures = None if last is None else portraits(last, IN_LIST)
    if save_fit(folder, outcome.fit) and outcome.fit.opened is not None:
        pictures = portraits(outcome.fit.opened.points)  # what it is fitted to, as a fit of the window has it
    if outcome.steps is not None and outcome.steps.save(folder / STEPS):
        files[folder / STEPS] = "steps"
    if pictures is not None:
        write_atomic(folder / THUMBNAIL, thumbnail(pictures))
    return files


def _save_step(folder: Path, step: Step) -> np.ndarray:
    """Save the step that a run was stopped at, from which it goes on; returns its estimate (B, C, H, W)."""
    x, x0, *past = (bridge.array(image.float()) for image in (step.x, step.x0, *step.past))
    save_point(folder, Start(step.index, x, tuple(past)))
    Trajectory.only(step.index, step.total, x, x0, t=step.t, nfe=step.nfe).save(folder / STEPS)
    return x0
