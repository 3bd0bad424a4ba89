"""What a run without a walk is explained by: formulas whose letters are known, and figures that it really reports."""

from __future__ import annotations

import pytest

from engines.component import validated
from engines.formula import Explanation, tokens
from engines.metrics.formulas import FORMULAS
from engines.studies.base import studies
from engines.tasks.base import tasks
from engines.tasks.sweep import AXES
from engines.training.objectives.base import objectives

# of trainings the losses have a course; the others say what they report
COURSES = {"loss", "validation_loss"}


def explanation(name: str, **values: object) -> Explanation:
    """Of a task with some options."""
    task = tasks()[name]
    found = task.explained(validated(task.Form, values))
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(objectives()))
def test_every_objective_is_explained_and_its_loss_coloured(name: str) -> None:
    found = explanation("train-points", objective=name)
    assert r"\term{prior}{\ell}" in found.formula[0]
    assert found.figures == {"prior": "loss", "guidance": "validation_loss"}


def test_the_simple_loss_is_that_of_its_weight() -> None:
    plain = explanation("train-points").formula
    weighted = explanation("train-points", objective={"name": "simple", "weight": "min-snr"}).formula
    assert plain == (r"\term{prior}{\ell} = \frac{1}{d}\left\|\hat\phi - \phi\right\|^2",)
    assert r"\frac{\omega}{d}" in weighted[0]
    assert r"\min" in weighted[1]


@pytest.mark.parametrize("name", [n for n, task in tasks().items() if task.explained(task.Form()) is not None])
def test_the_figures_of_terms_are_reported_and_their_colours_stand_in_the_formula(name: str) -> None:
    task, found = tasks()[name], explanation(name)
    assert set(found.figures.values()) <= {*task.figures, *COURSES}
    assert {term.name for term in found.terms} == set(found.figures)
    first = found.terms[:1]
    assert all(rf"\term{{{term.name}}}" in " ".join(found.formula) for term in first)
    assert tokens(found.formula, [letter.latex for letter in found.letters])


def test_every_metric_of_a_sweep_has_its_formula() -> None:
    assert set(FORMULAS) == set(AXES)
    assert explanation("sweep", metric="nll").formula == (r"-E\log q(X)",)
    assert len(explanation("sweep", metric="all").formula) == len(AXES)


@pytest.mark.parametrize("name", [n for n, kind in studies().items() if kind.formula])
def test_a_study_is_explained_by_its_own_formula(name: str) -> None:
    assert explanation("study", study=name).formula == studies()[name].formula
