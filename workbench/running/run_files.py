"""The files of a run's folder besides its results: resume point, steps, description, history.

Imports the engines, so only the engine thread (and tests) may import this module.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
from pathlib import Path

import numpy as np

from engines.context import Start
from engines.errors import WorkbenchError
from engines.events import Opened
from engines.files import write_atomic
from engines.formula import Explanation, Letter, Term, legend
from engines.recipe import Recipe
from engines.recorded_size import too_large
from engines.sampling import sha256
from engines.tasks.base import options_of, task
from engines.training.state import FILE_NAME, course_of
from engines.trajectory import Trajectory
from engines.units import Units
from workbench.library.library import Library
from workbench.running.arrays_file import read_arrays
from workbench.running.charts_file import load_charts, save_charts
from workbench.running.fit_file import load_fit, save_fit
from workbench.running.mailbox import History, LiveRun
from workbench.running.samples_file import load_samples

RESUME, STEPS, OPENED, HISTORY = "resume.npz", "steps.safetensors", "opened.json", "history.npz"
NOT_RECORDED = "The steps of this run were not kept, so only its result is shown; Run again records them."


def save_point(folder: Path, start: Start, seconds: float = 0.0) -> None:
    """Save where sampling can go on and how long it took to get there, atomically; raises DiskFull."""
    out = io.BytesIO()
    np.savez(out, index=start.index, x=start.x, past=np.array(start.past), seconds=seconds)
    write_atomic(folder / RESUME, out.getvalue())


def load_point(folder: Path) -> Start | None:
    """Where sampling stopped, or None when it has not begun or the file is damaged."""
    saved = read_arrays(folder / RESUME)
    past = tuple(saved.get("past", ()))
    return Start(int(saved["index"]), saved["x"], past) if {"index", "x"} <= saved.keys() else None


def load_seconds(folder: Path) -> float:
    """Seconds that sampling took up to the resume point; 0 when there is none or an earlier version wrote it."""
    return float(read_arrays(folder / RESUME).get("seconds", 0.0))


def load_steps(folder: Path) -> Trajectory | None:
    """The recorded steps of a run, or None when none are saved or the file is damaged."""
    try:
        return Trajectory.load(folder / STEPS) if (folder / STEPS).exists() else None
    except WorkbenchError:
        return None


def resume_start(folder: Path) -> tuple[Start | None, Trajectory | None]:
    """Where to go on and the steps before it, so that a resumed run scrubs whole.

    The saved steps may end before the resume point; then the few in between are
    computed again, which gives the same numbers.
    """
    point, steps = load_point(folder), load_steps(folder)
    if steps is None or not len(steps):
        return point, None
    # a gap between the two would leave steps that no scrubber can show
    if point is not None and steps.first <= point.index <= steps.last + 1:
        return point, steps
    # copies, since the file they are mapped from is replaced by the first save of the resumed run
    opened, last = load_opened(folder), steps.last
    return Start(last, np.array(steps.x(last)), steps.before(last, opened.remembers if opened else 0)), steps


def forget_steps(folder: Path, own: str = "") -> bool:
    """Remove what a resume would go on from, for good; whether there was any. own: the task's own file of it."""
    files = [file for name in (RESUME, STEPS, own) if name and (file := folder / name).exists()]
    for file in files:
        file.unlink()
    return bool(files)


def save_opened(folder: Path, opened: Opened) -> None:
    """Save the description of a sampling run; raises DiskFull."""
    values = {"title": opened.title, "total": opened.total, "shape": opened.shape, "times": opened.times.tolist(),
              "log_snr": opened.log_snr.tolist(), "seeds": opened.seeds, "labels": opened.labels,
              "formula": opened.formula, "terms": [[term.name, term.title] for term in opened.terms],
              "alpha": opened.alpha.tolist(), "sigma": opened.sigma.tolist(),
              "letters": [[letter.latex, letter.meaning] for letter in opened.letters], "remembers": opened.remembers,
              "units": None if opened.units is None else opened.units.written(), "captions": opened.captions}
    write_atomic(folder / OPENED, json.dumps(values, ensure_ascii=False).encode())


def load_opened(folder: Path) -> Opened | None:
    """The description of a sampling run, or None when there is none or it is damaged."""
    try:
        v = json.loads((folder / OPENED).read_text(encoding="utf-8"))
        # of runs recorded before letters were written, the common ones are known
        letters = tuple(Letter(*told) for told in v["letters"]) if "letters" in v else legend(v["formula"])
        # runs recorded before the two were written are all variance-preserving
        power = 1 / (1 + np.exp(-np.array(v["log_snr"])))
        return Opened(v["title"], v["total"], tuple(v["shape"]), np.array(v["times"]), np.array(v["log_snr"]),
                      tuple(v["seeds"]), tuple(v["labels"]), tuple(v["formula"]),
                      tuple(Term(name, title) for name, title in v["terms"]),
                      np.array(v.get("alpha", np.sqrt(power))), np.array(v.get("sigma", np.sqrt(1 - power))), letters,
                      int(v.get("remembers", 0)), Units.read(v.get("units")), tuple(v.get("captions", ())))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def load_course(folder: Path, history: History) -> None:
    """Take the course of a training: as it was recorded, else what its state tells, which are losses and no samples."""
    history.load(folder / HISTORY)
    if len(history.trained) or not (folder / FILE_NAME).exists():
        return
    try:
        known = course_of(folder / FILE_NAME)
    except (WorkbenchError, OSError):
        return
    history.recall(known.losses, known.validations, known.levels)
    history.began = known.began


def keep_course(view: LiveRun, library: Library) -> None:
    """Save what of a run that is over found no room on the disk and is in memory still; nothing where it finds none."""
    if not view.unkept or library.run(view.run).trashed:
        return
    folder = library.own_folder(view.run)
    # the window may close the run meanwhile; a copy keeps its steps
    steps, history = copy.copy(view.trajectory), view.history
    with contextlib.suppress(WorkbenchError):
        if steps is not None and len(steps):
            steps.save(folder / STEPS)
            library.add_file(view.run, "steps", folder / STEPS)
        elif len(history.trained):
            history.save(folder / HISTORY)
        elif view.charts:
            save_charts(folder, view.charts)
        elif not save_fit(folder, view.fit):  # its memory was needed
            return
        view.unkept = ""
        view.touch()


def show_end(view: LiveRun) -> bool:
    """Let the finished samples stand for the last step of a run whose steps are not there; whether they now do."""
    opened, samples = view.opened, view.samples
    if view.trajectory is not None or opened is None or samples is None or samples.shape != tuple(opened.shape):
        return False
    view.trajectory = Trajectory.only(opened.total, opened.total, samples, samples, t=float(opened.times[-1]),
                                      nfe=view.nfe)
    return True


def load_run(view: LiveRun, library: Library) -> None:
    """Fill a view with all that a run left in its folder; raises BadInput when it is not in the library."""
    run, folder = library.run(view.run), library.folder(view.run)
    view.opened, view.trajectory = load_opened(folder), load_steps(folder)
    load_course(folder, view.history)
    view.samples, view.charts = load_samples(folder), load_charts(folder)
    view.fit = load_fit(folder)
    view.sha256 = "" if view.samples is None else sha256(view.samples)
    view.task, view.explained = run.task, explained(library.recipe(view.run))
    view.measured, view.seconds, view.sentence = run.metrics, run.seconds, run.error
    view.notice = run.notes
    view.nfe = int(run.metrics.get("nfe", 0))
    # what was too large to record says so itself
    if show_end(view) and view.opened and not too_large(view.opened.shape, view.opened.total, folder):
        view.notice = f"{view.notice} {NOT_RECORDED}".strip()
    view.files = tuple((file.kind, folder / file.path) for file in library.files(view.run))


def explained(recipe: str) -> Explanation | None:
    """The formula of what a run with a recipe (JSON) worked out; None where there is none, or it is not known now."""
    # an option of an earlier version may be gone: the run is shown without its formula
    with contextlib.suppress(WorkbenchError):
        known = Recipe.from_json(recipe)
        return task(known.task).explained(options_of(known))
    return None
