"""What a task says beforehand that it takes is what it reports afterwards: every task, sampler and method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import Tensor

from engines.component import kinds_of
from engines.errors import BadOption
from engines.events import Sampled, Stepped
from engines.modalities.image import png_bytes
from engines.model_file import read_header
from engines.model_list import BUNDLED
from engines.recipe import Recipe
from engines.samplers.base import Step, samplers
from engines.samplers.ddim import DDIM
from engines.tasks.base import Cost, options_of, task, tasks
from engines.tasks.edit import EditOptions
from tests.engines.small import attachments, context, events, picture, result, save_small

# few steps, and jumps that fit into them several times
SMALL = {"repaint": {"jump": 2, "resample": 3}}
STEPS = 7
# of tasks whose count of evaluations does not depend on more, and whose other components the others go through
VARIED = {"invert": ("sampler",), "interpolate": ("sampler", "ends"), "inpaint": ("sampler", "method"),
          "restore": ("method", "degradation"), "restore-methods": ("degradation",)}
OFTEN = {"ddim", "heun"}, {"", "repaint", "dps"}  # samplers and methods that all guidances and labels are tried with


def chosen(name: str) -> Iterator[dict[str, Any]]:
    """Every combination of the components that a task's options choose from."""
    fields = {field: kinds_of(found) for field, found in task(name).Form.model_fields.items() if kinds_of(found)
              and field in VARIED.get(name, (field,))}
    if "degradation" in fields:  # what is measured costs nothing; pixels that are left suit every method
        fields["degradation"] = {"random-pixels": fields["degradation"]["random-pixels"]}
    for names in product(*fields.values()):
        yield {field: {"name": kind, **SMALL.get(kind, {})} for field, kind in zip(fields, names, strict=True)}


# those that measure a model walk no sampler, and have tests of their cost of their own
SAMPLING = [name for name, found in tasks().items()
            if found.takes("model") and found.workspace and "guidance" in found.Form.model_fields
            and not found.takes("folder")]  # what a folder costs is known once it is looked at


def together(name: str, parts: dict[str, Any]) -> bool:
    """Whether a task takes these: some methods walk by the one move of a sampler, and refuse others in a sentence."""
    try:
        task(name).check_choices(options_of(Recipe(name, parts)), None)
    except BadOption:
        return False
    return True


def of(parts: dict[str, Any], field: str) -> str:
    """What is chosen, "" where there is no choice."""
    return parts.get(field, {"name": ""})["name"]


CASES = [(name, parts) for name in SAMPLING for parts in chosen(name) if together(name, parts)]
USUAL = [case for case in CASES if of(case[1], "sampler") in {"", *OFTEN[0]} and of(case[1], "method") in OFTEN[1]]


def predicted(name: str, options: dict[str, Any], file: Path) -> Cost | None:
    """What the task says before the run."""
    return task(name).cost_of(options_of(Recipe(name, {"model": "tiny", **options})), read_header(file).spec)


@pytest.mark.parametrize(("name", "parts", "guidance", "label"), [
    *((*case, 2.0, "a,free") for case in CASES),
    *((*case, guidance, label) for case in USUAL
      for guidance in (1.0, 2.0) for label in ("free", "each", "a,free") if (guidance, label) != (2.0, "a,free"))])
def test_predicted_evaluations_are_those_reported(tmp_path: Path, name: str, parts: dict[str, Any], guidance: float,
                                                  label: str) -> None:
    file = save_small(tmp_path)
    hole = np.zeros((8, 8), np.float32)
    hole[2:5, 3:6] = 1
    options = {**parts, "steps": STEPS, "count": 2, "label": label, "guidance": guidance}
    around = context(tmp_path, {**attachments(picture(8, 8), hole), "sample.png": png_bytes(picture(9, 9))})
    cost = predicted(name, options, file)
    assert cost is not None
    (done,) = (event.nfe for event in events(name, options, around) if isinstance(event, Sampled))
    if samplers()[parts.get("sampler", {"name": "ddim"})["name"]].adaptive:
        done = cost.evaluations  # known only afterwards
    assert (cost.evaluations, cost.samples) == (done, 2)


@pytest.mark.parametrize("spacing", ["uniform", "quadratic", "log-snr"])
@pytest.mark.parametrize("strength", [0.0, 0.37, 1.0])
def test_an_edit_is_told_from_where_it_starts(tmp_path: Path, spacing: str, strength: float) -> None:
    file = save_small(tmp_path)
    options = {"steps": 9, "count": 1, "spacing": spacing, "strength": strength}
    cost = predicted("edit", options, file)
    around = context(tmp_path, attachments(picture(8, 8), np.zeros((8, 8), np.float32)))
    assert cost is not None
    assert cost.evaluations == result(events("edit", options, around)).nfe


def test_a_model_without_classes_is_not_guided(tmp_path: Path) -> None:
    file = save_small(tmp_path, classes=())
    options = {"steps": 5, "count": 2, "label": "each", "guidance": 3.0}
    assert predicted("generate", options, file) == Cost(2, 5)
    assert result(events("generate", options, context(tmp_path))).nfe == 5


@pytest.mark.parametrize(("method", "gradients"), [("repaint", False), ("dps", True)])
def test_only_methods_that_differentiate_need_gradients(tmp_path: Path, method: str, gradients: bool) -> None:
    cost = predicted("inpaint", {"steps": 4, "method": method}, save_small(tmp_path))
    assert cost is not None
    assert cost.gradients is gradients


def test_resampling_is_counted_by_the_schedule_that_is_walked(tmp_path: Path) -> None:
    """50 steps with jumps of 10, each stretch gone through 10 times: not ten times 50, as not all is resampled."""
    options = {"steps": 50, "method": {"name": "repaint", "jump": 10, "resample": 10}, "label": "free"}
    assert predicted("inpaint", options, save_small(tmp_path)) == Cost(4, 50 + 4 * 9 * 10)


def test_more_samples_than_fit_together_cost_as_much_each(tmp_path: Path) -> None:
    options = {"steps": 2, "count": 66, "label": "free"}
    assert predicted("generate", options, save_small(tmp_path)) == Cost(66, 2)
    assert result(events("generate", options, context(tmp_path))).nfe == 2


def test_an_evaluation_costs_what_its_samples_do(tmp_path: Path) -> None:
    options = {"model": "digits", "steps": 2, "count": 20, "guidance": 2.0}
    spec = read_header(BUNDLED / "digits.safetensors").spec
    cost = task("evaluate").cost_of(options_of(Recipe("evaluate", options)), spec)
    last = None
    # closed before the samples are measured, which takes long
    for event in task("evaluate").run(options_of(Recipe("evaluate", options)), context(tmp_path)):
        if isinstance(event, Stepped):
            last = event.step
            if last.index == last.total:
                break
    assert last is not None
    assert cost == Cost(20, last.nfe)


def test_noise_evaluates_nothing_and_training_does_not_count() -> None:
    assert task("noise").cost_of(options_of(Recipe("noise", {"count": 3})), None) == Cost(3, 0)
    assert task("train").cost_of(options_of(Recipe("train", {})), None) is None


@pytest.mark.parametrize(("name", "options", "title"), [
    ("generate", {"count": 1, "label": "free"}, "1 sample of digits"),
    ("generate", {"count": 2, "label": "each in turn"}, "2 samples of digits"),
    ("generate", {"count": 2, "label": " free "}, "2 samples of digits"),
    ("generate", {"seeds": [3, 4, 5], "label": "3"}, "3 samples of digits, class 3"),
    ("generate", {"model": "/a b/runs/1/my-model.safetensors"}, "16 samples of my-model"),
    ("evaluate", {"model": "run-1/v1.2"}, "Evaluate v1.2 on 1,000 samples"),
    ("inpaint", {}, "Inpaint, 4 variants"),
    ("edit", {"strength": 0.25, "count": 1}, "1 edit, strength 0.25"),
    ("noise", {}, "Noise, 1 variant"),
    ("train", {"name": "my digits"}, "my digits"),
    ("evaluate", {"count": 50}, "Evaluate digits on 50 samples")])
def test_a_run_is_titled_in_the_users_words(name: str, options: dict[str, Any], title: str) -> None:
    assert task(name).title_of(options_of(Recipe(name, options))) == title


def test_what_a_task_takes_is_told_by_its_options() -> None:
    assert [(name, task(name).takes("image"), task(name).takes("mask")) for name in ("generate", "inpaint", "edit")] \
        == [("generate", "", ""), ("inpaint", "image", "mask"), ("edit", "image", "")]


class Twice(DDIM):
    """DDIM that says it takes two evaluations a move."""

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        return 2 * super().evaluations(times, start)

    def __call__(self, *args: Any, **options: Any) -> Iterator[Step]:
        return (replace(step, nfe=2 * step.nfe) for step in super().__call__(*args, **options))


def test_a_sampler_brings_its_own_figure(tmp_path: Path) -> None:
    """Moves that an edit never makes are taken off at the sampler's price, too."""
    spec = read_header(save_small(tmp_path)).spec
    options = EditOptions(model="tiny", sampler=Twice(), steps=8, count=1, strength=0.5, label="free")
    around = context(tmp_path, attachments(picture(8, 8), np.zeros((8, 8), np.float32)))
    assert task("edit").cost_of(options, spec) == Cost(1, 2 * 4)
    assert result(list(task("edit").run(options, around))).nfe == 2 * 4
