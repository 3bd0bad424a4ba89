"""Samplers, steps and models that do not go together: what is said of them is true, and what it names does better."""

from __future__ import annotations

from pathlib import Path as File
from typing import Any

import pytest
import torch
from torch import Tensor

from engines.component import validated
from engines.context import Context
from engines.data.points.curve import Moons
from engines.data.points.mixtures import Ring
from engines.device import device
from engines.events import Noted, Sampled
from engines.learnt import Learnt
from engines.metrics.truth import Truth
from engines.model_file import ModelSpec, read_header
from engines.model_list import BUNDLED
from engines.priors import exact_prior
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import paths
from engines.process.times import grids, time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler, samplers
from engines.samplers.consistency import Consistency
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.samplers.dpmpp import DPMSolverPP
from engines.samplers.edm import EDM
from engines.samplers.euler_maruyama import EulerMaruyama
from engines.samplers.fresh import draws_noise
from engines.samplers.heun import Heun
from engines.samplers.langevin import Langevin
from engines.samplers.remarks import walk_remark
from engines.samplers.split import Split
from engines.samplers.suited import suited_remark
from engines.samplers.trial import TOO_WIDE, wide_remark, width
from engines.samplers.walk import Walk
from engines.sampling import Plan, steps
from engines.tasks.base import task
from engines.tasks.generate import SampleOptions

PATH = VPCosine()
TIMES = time_grid(PATH, 20)
ENDS = read_header(BUNDLED / "points-one-step.safetensors").spec


def told(folder: File, name: str, **options: Any) -> list[str]:
    """The notes of a run of a task."""
    chosen = validated(task(name).Form, options)
    return [e.sentence for e in task(name).run(chosen, Context(device("cpu"), folder)) if isinstance(e, Noted)]


def energy(folder: File, **options: Any) -> float:
    """The energy distance of 500 points of the model that learned where the flow ends."""
    chosen = validated(task("sample-points").Form, {"data": "moons", "prior": "points-one-step", "count": 500,
                                                    **options})
    found = [e for e in task("sample-points").run(chosen, Context(device("cpu"), folder)) if isinstance(e, Sampled)]
    return Truth(chosen.data).metrics()["energy"](torch.as_tensor(found[0].samples))  # type: ignore[attr-defined]


@pytest.mark.parametrize(("sampler", "count", "said"), [
    (Consistency(), 1, False), (Consistency(), 3, False), (DDIM(), 2, True), (Heun(), 2, True), (DDIM(), 1, False),
    (Langevin(), 20, True), (samplers()["dopri5"](), 20, True)])
def test_a_model_of_ends_is_for_the_consistency_sampler(sampler: Sampler, count: int, said: bool) -> None:
    """A single jump is the same by whichever sampler."""
    found = suited_remark(sampler, Learnt.ENDS, PATH, time_grid(PATH, count))
    assert ("choose the sampler Consistency" in found) is bool(found) is said


def test_what_is_named_for_a_model_of_ends_does_better(tmp_path: File) -> None:
    best = energy(tmp_path, sampler="consistency", steps=2)
    assert best < 0.3 * energy(tmp_path, sampler="ddim", steps=50)
    assert energy(tmp_path, sampler="ddim", steps=1) == pytest.approx(
        energy(tmp_path, sampler="consistency", steps=1), abs=1e-5)


def test_the_consistency_sampler_is_for_a_model_of_ends() -> None:
    assert "choose another sampler, such as DDIM" in suited_remark(Consistency(), Learnt.MEAN, PATH, TIMES)
    assert suited_remark(DDIM(), Learnt.MEAN, PATH, TIMES) == ""
    prior, truth = exact_prior(Moons(), PATH), Truth(Moons()).metrics()["energy"]

    def far(sampler: Sampler) -> float:
        run = Plan("", PATH, prior.denoiser, sampler, TIMES, Noise(sample_seeds(0, 500), (2,)), (-1,) * 500)
        *_, last = steps(run)
        return truth(last.x)

    assert far(DDIM()) < 0.5 * far(Consistency())


@pytest.mark.parametrize(("sampler", "fresh"), [
    (DDIM(), False), (DDIM(eta=0.5), True), (DDPM(), True), (Heun(), False), (DPMSolverPP(), False),
    (DPMSolverPP(noisy=True), True), (EDM(churn=0), False), (EDM(), True), (Langevin(), True),
    (EDM(churn_from=1.0, churn_to=2.0), True)])
def test_a_model_of_pairs_takes_no_fresh_noise(sampler: Sampler, fresh: bool) -> None:
    assert draws_noise(sampler, PATH) is fresh
    assert ("by optimal pairs" in suited_remark(sampler, Learnt.PAIRED, PATH, TIMES)) is fresh


@pytest.mark.parametrize("options", [{"sampler": "ddim", "steps": 3}, {"sampler": "heun", "steps": 2}])
def test_form_run_and_images_say_the_same(options: dict[str, Any], tmp_path: File) -> None:
    form = validated(task("sample-points").Form, {"prior": "points-one-step", "data": "moons", "count": 4, **options})
    said = task("sample-points").caution(form, ENDS)
    assert "choose the sampler Consistency" in said
    assert told(tmp_path, "sample-points", **form.model_dump()) == [said]
    digits = read_header(BUNDLED / "digits.safetensors").spec
    images = ModelSpec.model_validate({**digits.model_dump(), "learnt": "ends"})
    assert task("generate").caution(validated(SampleOptions, options), images) == said
    assert "Consistency" not in task("generate").caution(validated(SampleOptions, options), digits)


def test_a_step_that_is_too_large_is_told_beforehand() -> None:
    said = walk_remark(Langevin(size=3), PATH, TIMES)
    assert said == "Langevin can leave the data for good; choose a step size below 2, where it is 3 now."
    assert walk_remark(Langevin(size=1.9), PATH, TIMES) == ""


@pytest.mark.parametrize("name", ["euler-maruyama", "predictor-corrector", "annealed-langevin", "dpm-2"])
@pytest.mark.parametrize("spacing", ["edm", "log-snr"])
def test_few_steps_that_blow_states_up_are_told(name: str, spacing: str) -> None:
    """As they do with the exact denoiser: points of a ring come out tens of times as wide as they should."""
    sampler, grid = samplers()[name](), grids()[spacing]()
    said = walk_remark(sampler, PATH, time_grid(PATH, 2, grid))
    assert f"times as wide in 2 steps of {sampler.title}" in said
    assert said.endswith("more steps, or the sampler DPM-Solver++ 2M.")
    prior = exact_prior(Ring(), PATH)
    noise = Noise(sample_seeds(0, 50), (2,))
    run = Plan("", PATH, prior.denoiser, sampler, time_grid(PATH, 2, grid), noise, (-1,) * 50)
    *_, last = steps(run)
    assert float(last.x.square().mean().sqrt()) > 30
    assert walk_remark(sampler, PATH, time_grid(PATH, 25, grid)) == ""


@pytest.mark.parametrize("path", sorted(paths()))
@pytest.mark.parametrize("spacing", sorted(grids()))
def test_what_is_named_in_their_place_does_not(path: str, spacing: str) -> None:
    way = paths()[path]()
    for count in (2, 5, 12):
        times = time_grid(way, count, grids()[spacing]())
        said = wide_remark(EulerMaruyama(), way, times)
        other = DPMSolverPP() if said.endswith("2M.") else DDPM()
        if said:
            assert width(EulerMaruyama(), way, times) > TOO_WIDE >= width(other, way, times)
            named = [kind() for kind in grids().values() if kind.title in said.partition("choose")[2].split(", ")[0]]
            assert all(width(EulerMaruyama(), way, time_grid(way, count, grid)) <= TOO_WIDE for grid in named)


def test_a_trial_is_made_of_few_evaluations_only() -> None:
    """Of steps without end nothing is said: a form asks at every key."""
    assert wide_remark(EulerMaruyama(), PATH, time_grid(PATH, 10_000)) == ""
    assert wide_remark(samplers()["dopri5"](), PATH, time_grid(PATH, 2)) == ""


def test_a_sampler_that_is_made_for_a_run_is_not_tried() -> None:
    """It has that run's data in it, and maybe its network, which one more evaluation would cost."""
    class Own(EulerMaruyama):
        def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
            raise AssertionError

    assert walk_remark(Own(), PATH, time_grid(PATH, 2), learnt=Learnt.PAIRED) == ""


def test_a_sweep_tells_each_remark_once(tmp_path: File) -> None:
    options = {"data": "moons", "prior": "points-one-step", "samplers": "consistency, heun", "steps": (1, 2, 3),
               "repeats": 2, "count": 20}
    heun, = told(tmp_path, "sweep", **options)
    assert heun.startswith("Heun with 2, 3 steps: The model has learned where the flow ends")
    assert task("sweep").caution(validated(task("sweep").Form, options), ENDS) == heun.partition(": ")[2]
    assert task("sweep").caution(validated(task("sweep").Form, {**options, "samplers": "consistency"}), ENDS) == ""
    assert not told(tmp_path, "sweep", **options), "of runs that are made already it was said before"
    few = told(tmp_path / "few", "sweep", data="moons", samplers="ddim, euler-maruyama", steps=(2, 20), repeats=1,
               count=20, spacing="edm")
    assert len(few) == 1
    assert few[0].startswith("Euler–Maruyama with 2 steps: Numbers about −1 and 1 come out")
