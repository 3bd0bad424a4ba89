"""The file that keeps the course of a fit beside its model: arrays, every half step to the bit.

Imports the engines, so only the engine thread (and tests) may import this module.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from engines.events import Event, FitOpened, Fitted, Tried
from engines.files import write_atomic
from engines.formula import Letter, Term, legend
from engines.representation.em import EM
from engines.units import Units
from workbench.fields.fit_course import FitCourse
from workbench.running.arrays_file import read_arrays

FIT = "fit.npz"
STEPS = ("weights", "means", "covariances", "log_likelihood", "bound")  # arrays with a row a half step


def follow(course: FitCourse, event: Event) -> bool:
    """Put what an event of a fit tells into its course; whether it was one."""
    match event:
        case FitOpened():
            course.open(event)
        case Fitted():
            course.take(event)
        case Tried():
            course.compare(event)
        case _:
            return False
    return True


def save_fit(folder: Path, course: FitCourse) -> bool:
    """Write a course, atomically; False where there is none. Raises DiskFull or NotWritable."""
    opened, steps = course.opened, course.steps
    if opened is None or not steps:
        return False
    about = {"title": opened.title, "total": opened.total, "half": [step.half for step in steps],
             "note": [step.note for step in steps], "formula": opened.formula,
             "letters": [(letter.latex, letter.meaning) for letter in opened.letters],
             "units": None if opened.units is None else opened.units.written()}
    arrays: dict[str, Any] = {name: np.array([getattr(step, name) for step in steps]) for name in STEPS}
    out = io.BytesIO()
    np.savez_compressed(out, about=np.array(json.dumps(about, ensure_ascii=False)), points=opened.points,
                        mean=opened.mean, covariance=opened.covariance,
                        single=np.array(opened.log_likelihood), **arrays,
                        tried=np.array([[t.components, t.log_likelihood, t.bic, t.aic] for t in course.tried]))
    write_atomic(folder / FIT, out.getvalue())
    return True


def load_fit(folder: Path) -> FitCourse:
    """The course in a run's folder; an empty one where there is none or it is damaged."""
    course, saved = FitCourse(), read_arrays(folder / FIT)
    try:
        about = json.loads(str(saved["about"]))
        course.open(FitOpened(about["title"], about["total"], saved["points"], saved["mean"], saved["covariance"],
                              float(saved["single"]), *_formula(about), Units.read(about.get("units"))))
        for k, (half, note) in enumerate(zip(about["half"], about["note"], strict=True)):
            weights, means, covariances, level, bound = (saved[name][k] for name in STEPS)
            course.take(Fitted(k, half, weights, means, covariances, float(level), float(bound), note))
        for components, *criteria in saved["tried"].reshape(-1, 4).tolist():
            course.compare(Tried(int(components), *criteria))
    except (KeyError, ValueError, TypeError, IndexError):
        return FitCourse()
    course.settle()
    return course


def _formula(about: dict[str, Any]) -> tuple[tuple[str, ...], tuple[Term, ...], tuple[Letter, ...]]:
    """The lines of the formula with their terms and letters; files of earlier versions know covariances of any kind."""
    lines = tuple(about.get("formula", EM.formula))
    letters = tuple(Letter(latex, meaning) for latex, meaning in about.get("letters", ()))
    return lines, EM.terms, letters or legend(lines, EM.own_letters())
