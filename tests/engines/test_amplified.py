"""How far a step carries an error of the network's output, and what is said where that is too far."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engines.component import validated
from engines.context import Context
from engines.device import device
from engines.events import Noted, Saved
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.networks.mlp import MLPOptions
from engines.process.paths import paths
from engines.process.prediction import predictions
from engines.process.times import EDM, LogSNR, Uniform, time_grid
from engines.samplers.amplified import TOO_MUCH, amplified, amplified_remark
from engines.samplers.base import Sampler
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.samplers.dpmpp import DPMSolverPP
from engines.samplers.edm import EDM as Churned
from engines.samplers.langevin import Langevin
from engines.tasks.base import task
from engines.tasks.sample_points import SamplePointsOptions
from engines.tasks.train_points import TrainPointsOptions
from engines.training.run import PREVIEW_STEPS, preview_times


@pytest.mark.parametrize("path", sorted(paths()))
@pytest.mark.parametrize("name", sorted(predictions()))
def test_it_is_how_far_a_step_of_ddim_ends_from_where_it_should(path: str, name: str) -> None:
    """Made with an output that is off by 1 and one that is not, at every step; nothing of the formula is used."""
    way, kind = paths()[path](), predictions()[name]()
    times, found = time_grid(way, 7), list[float]()
    x, output = torch.tensor([[0.3]], dtype=torch.float64), torch.tensor([[0.2]], dtype=torch.float64)
    for t, s in zip(times[:-1], times[1:], strict=True):
        ends = [DDIM().drift(way, float(t), float(s), x.numpy(), kind.read(way, x, y, t).numpy())
                for y in (output, output + 1)]
        scale = float(torch.hypot(way.alpha(s), way.sigma(s)))
        found.append(abs(float((ends[1] - ends[0]).item())) / scale)
    assert amplified(kind, way, times) == pytest.approx(max(found), rel=1e-9)


@pytest.mark.parametrize(("sampler", "said"), [
    (DDIM(), True), (DPMSolverPP(), True), (DDIM(eta=1.0), False), (DPMSolverPP(noisy=True), False),
    (Churned(churn=0), True), (Churned(), False), (DDPM(), False), (Langevin(), False)])
def test_only_samplers_that_forget_nothing_are_spoken_of(sampler: Sampler, said: bool) -> None:
    path, eps = paths()["vp-cosine"](), predictions()["eps"]()
    assert bool(amplified_remark(sampler, eps, path, time_grid(path, 40))) is said


def test_the_remedy_that_is_named_is_one() -> None:
    path, eps = paths()["vp-cosine"](), predictions()["eps"]()
    said = amplified_remark(DDIM(), eps, path, time_grid(path, 40, Uniform()))
    assert "multiplies errors of the eps that the model predicts by 25" in said
    for grid in (LogSNR(), EDM()):
        assert grid.title in said
        assert not amplified_remark(DDIM(), eps, path, time_grid(path, 40, grid))
    for name in ("v", "x0", "velocity"):
        assert not amplified_remark(DDIM(), predictions()[name](), path, time_grid(path, 40))
    assert "more steps" in amplified_remark(DDIM(), eps, path, time_grid(path, 2))


def spec(prediction: str) -> ModelSpec:
    return ModelSpec(modality=Modality.POINTS, title="m", channels=2, prediction=prediction,  # type: ignore[arg-type]
                     path="vp-cosine", network=MLPOptions())  # type: ignore[arg-type]


def test_it_is_said_in_the_form_of_a_model_and_never_of_an_exact_denoiser() -> None:
    options = SamplePointsOptions(prior="mine")
    assert "such as DDPM" in task("sample-points").caution(options, spec("eps"))
    assert not task("sample-points").caution(options, spec("v"))
    assert not task("sample-points").caution(SamplePointsOptions(), None)


@pytest.mark.parametrize("spacing", ["uniform", "log-snr"])
def test_a_run_notes_what_the_form_says(spacing: str, tmp_path: Path) -> None:
    training = validated(TrainPointsOptions, {
        "name": "mine", "data": "ring", "prediction": "eps", "steps": 2, "batch": 8, "preview_every": 0,
        "network": {"name": "mlp", "width": 8, "depth": 1}})
    trained = list(task("train-points").run(training, Context(device("cpu"), tmp_path)))
    assert any(isinstance(event, Saved) for event in trained)
    options = validated(SamplePointsOptions, {"prior": "mine", "count": 4, "spacing": spacing})
    told = task("sample-points").run(options, Context(device("cpu"), tmp_path, (tmp_path,)))
    said = task("sample-points").caution(options, spec("eps"))
    assert [event.sentence for event in told if isinstance(event, Noted)] == ([said] if said else [])
    assert bool(said) is (spacing == "uniform")


def test_previews_go_by_log_snr_where_even_steps_would_multiply_errors() -> None:
    for name in predictions():
        model = spec(name)
        times = preview_times(model)
        assert amplified(model.prediction, model.path, times) <= TOO_MUCH
        even = torch.equal(times, time_grid(model.path, PREVIEW_STEPS))
        assert even is (name in {"v", "x0", "velocity"})
