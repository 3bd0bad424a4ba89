"""What means nothing of a model that has no means of the data: said in the form, and of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.component import Options, validated
from engines.context import Context
from engines.device import device
from engines.events import Noted
from engines.learnt import Learnt, meaningless
from engines.model_file import ModelSpec, read_header
from engines.model_list import BUNDLED
from engines.tasks.base import task, tasks
from engines.tasks.between import BetweenOptions
from engines.tasks.point_prior import PointPriorOptions
from tests.engines.small import SIZE, attachments, context, events, picture, save_small

ENDS = read_header(BUNDLED / "points-one-step.safetensors").spec
SAID = "The model has learned where the flow ends and no mean of the data, so {} means nothing"
FOUND = {"likelihood": "its likelihood", "bound": "its bound", "invert-points": "its inversion",
         "interpolate-points": "its interpolation"}
OF_IMAGES = {"likelihood-images": "its likelihood", "bound-images": "its bound", "invert": "its inversion",
             "interpolate": "its interpolation"}
FEW: dict[str, Any] = {"data": "moons", "steps": 2, "count": 4}


def learned(learnt: Learnt) -> ModelSpec:
    return ENDS.model_copy(update={"learnt": learnt})


@pytest.mark.parametrize(("name", "found"), FOUND.items())
def test_a_run_of_a_consistency_model_says_that_its_figure_means_nothing(tmp_path: Path, name: str, found: str) -> None:
    def told(prior: str) -> list[str]:
        chosen = validated(task(name).Form, {**FEW, "prior": prior})
        return [event.sentence for event in task(name).run(chosen, Context(device("cpu"), tmp_path))
                if isinstance(event, Noted)]

    assert told("points-one-step")[0].startswith(SAID.format(found))
    assert not any("means nothing" in sentence for sentence in told("points-moons"))


@pytest.mark.parametrize(("name", "found"), [*FOUND.items(), *OF_IMAGES.items()])
def test_the_form_says_it_before(name: str, found: str) -> None:
    asked = task(name)
    options = validated(asked.Form, {"data": "moons", "prior": "points-one-step"} if name in FOUND else {})
    assert asked.caution(options, learned(Learnt.ENDS)).startswith(SAID.format(found))
    assert "means nothing" not in asked.caution(options, learned(Learnt.MEAN)) + asked.caution(options, None)
    assert ("optimal pairs" in asked.caution(options, learned(Learnt.PAIRED))) is ("bound" in name)


@pytest.mark.parametrize("name", FOUND)
def test_that_it_learned_other_data_does_not_stand_before_it(name: str) -> None:
    options = validated(task(name).Form, {"data": "ring", "prior": "points-one-step"})
    assert task(name).caution(options, learned(Learnt.ENDS)).startswith(SAID.format(FOUND[name]))
    assert "did not learn" in task(name).caution(options, learned(Learnt.MEAN))


class Turned(BetweenOptions, PointPriorOptions):
    """The options of an interpolation of points with their bases the other way round."""


@pytest.mark.parametrize("form", [Turned, task("interpolate-points").Form])
def test_that_it_learned_other_data_hangs_on_no_order_of_options(form: type[Options]) -> None:
    options = validated(form, {"data": "ring", "prior": "points-moons"})
    moons = read_header(BUNDLED / "points-moons.safetensors").spec
    assert "did not learn" in task("interpolate-points").caution(options, moons)


def test_what_any_model_can_be_asked_is_not_cautioned() -> None:
    others = {"inpaint", "restore", "restore-methods", "restore-folder", "project-points"}
    assert {name for name, one in tasks().items() if one.finds} == {*FOUND, *OF_IMAGES, *others}
    assert not meaningless(Learnt.ENDS, "")


@pytest.mark.parametrize(("method", "paired"), [("dps", False), ("ddrm", True)])
def test_neither_does_what_is_restored(method: str, paired: bool) -> None:
    options = validated(task("restore").Form, {"method": {"name": method}})
    said = {learnt: task("restore").caution(options, learned(learnt)) for learnt in Learnt}
    assert said[Learnt.ENDS].startswith(SAID.format("what it restores"))
    assert not said[Learnt.MEAN] + task("restore").caution(options, None)
    assert ("optimal pairs" in said[Learnt.PAIRED]) is paired


@pytest.mark.parametrize(("method", "paired"), [("dps", False), ("repaint", True)])
def test_the_fill_of_a_hole_means_nothing_either(method: str, paired: bool) -> None:
    """RePaint noises what is known, which is none of the noise that optimal pairs were trained with."""
    options = validated(task("inpaint").Form, {"method": {"name": method}})
    said = {learnt: task("inpaint").caution(options, learned(learnt)) for learnt in Learnt}
    assert said[Learnt.ENDS].startswith(SAID.format("its fill"))
    assert not said[Learnt.MEAN] + task("inpaint").caution(options, None)
    assert ("optimal pairs" in said[Learnt.PAIRED]) is paired


def test_an_edit_says_which_sampler_goes_with_such_a_model() -> None:
    asked = task("edit")
    said = asked.caution(validated(asked.Form, {"sampler": {"name": "ddim"}}), learned(Learnt.ENDS))
    assert "no mean of the data" in said
    assert "choose the sampler Consistency" in said
    assert not asked.caution(validated(asked.Form, {"sampler": {"name": "consistency"}}), learned(Learnt.ENDS))


@pytest.mark.parametrize(("name", "options", "said"), [
    ("inpaint", {"method": "dps"}, SAID.format("its fill")),
    ("inpaint", {"method": "repaint"}, SAID.format("its fill")),
    ("edit", {"sampler": {"name": "ddim"}}, "The model has learned where the flow ends and no mean of the data, which"),
    ("edit", {"sampler": {"name": "consistency"}}, "")])
def test_runs_of_images_say_it_once(tmp_path: Path, name: str, options: dict[str, Any], said: str) -> None:
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[2:4, 2:4] = 1
    files = attachments(picture(SIZE, SIZE), mask)
    told = dict[Learnt, list[str]]()
    for learnt in (Learnt.ENDS, Learnt.MEAN):
        save_small(tmp_path, learnt=learnt)
        found = events(name, {**options, "count": 1, "label": "free"}, context(tmp_path, files))
        told[learnt] = [event.sentence for event in found if isinstance(event, Noted) and "mean" in event.sentence]
    assert [sentence.startswith(said) for sentence in told[Learnt.ENDS]] == [True] * bool(said)
    assert bool(told[Learnt.MEAN]) is not bool(said)
