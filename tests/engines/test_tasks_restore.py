"""Restore: the problem that a picture makes, what is told of it, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.checkpoint import build_network, save_model
from engines.errors import BadImage, BadInput, BadOption
from engines.events import Event, Measured, Opened, Sampled, Shown, Stepped
from engines.inverse.base import methods
from engines.inverse.dps import DPS, StepRule
from engines.modalities.image import png_bytes
from engines.model_file import ModelSpec, read_header
from engines.networks.drunet import DRUNetOptions
from engines.operators.base import LinearOperator, degradations
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine
from engines.sampling import open_model
from engines.tasks.base import task
from engines.tasks.generate import plan_of
from engines.tasks.pictures import picture_of
from engines.tasks.restore import RestoreOptions, posed
from engines.tiles import AT_ONCE, Tiled
from tests.engines.small import SIZE, context, events, save_small

FEW = {"steps": 3, "count": 2, "noise": {"name": "gaussian", "level": 5.0}}
RANDOM = {"name": "random-pixels"}


def pixels(height: int = SIZE, width: int = SIZE, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)


def restored(folder: Path, picture: np.ndarray, **options: Any) -> list[Event]:
    """A run with the small model."""
    save_small(folder)
    return events("restore", {**FEW, **options}, context(folder, {"image.png": png_bytes(picture)}))


def anywhere(folder: Path) -> Path:
    """A small model of colour pictures of any size."""
    spec = ModelSpec(title="any", channels=3, size=16, prediction=V(), path=VPCosine(),
                     network=DRUNetOptions(width=8, mults=(1,), depth=1))
    torch.manual_seed(0)
    save_model(folder / "any.safetensors", build_network(spec), spec)
    return folder


def of(found: list[Event], kind: type) -> list[Any]:
    return [event for event in found if isinstance(event, kind)]


def files_of(name: str, height: int, width: int) -> dict[str, bytes]:
    """A mask or a kernel for a degradation that needs one."""
    paint = np.zeros((height, width, 1), np.uint8)
    paint[2:5, 3:6] = 255
    made = {"mask": {"mask.png": png_bytes(paint)}, "kernel-blur": {"kernel.png": png_bytes(paint[:6, :6])}}
    return made.get(name, {})


@pytest.mark.parametrize("name", sorted(degradations()))
def test_every_degradation_can_be_restored_from(tmp_path: Path, name: str) -> None:
    options = {"degradation": {"name": name, **({"factor": 2} if name == "downsampling" else {})}}
    if name == "grey":
        anywhere(tmp_path)
        found = events("restore", {**FEW, **options, "model": "any"},
                       context(tmp_path, {"image.png": png_bytes(pixels(16, 20, 3))}))
    elif name in {"gaussian-blur", "disc-blur", "motion-blur", "composition", "nonlinear-blur"}:  # need more room
        anywhere(tmp_path)
        found = events("restore", {**FEW, **options, "model": "any"},
                       context(tmp_path, {"image.png": png_bytes(pixels(48, 48, 3))}))
    else:
        save_small(tmp_path)
        files = {"image.png": png_bytes(pixels()), **files_of(name, SIZE, SIZE)}
        found = events("restore", {**FEW, **options}, context(tmp_path, files))
    (result,), (figures,) = of(found, Sampled), of(found, Measured)
    assert np.isfinite(result.samples).all()
    assert {"psnr", "psnr_mean", "psnr_measured", "residual"} <= figures.values.keys()
    assert [shown.name for shown in of(found, Shown)] == ["measured", "truth", "mean", "deviation"]
    assert {"residual-rms", "sigma-y", "psnr", "ssim"} == set(of(found, Stepped)[0].curves)


def test_figures_are_those_of_the_samples_and_the_truth(tmp_path: Path) -> None:
    picture = pixels()
    found = restored(tmp_path, picture, degradation=RANDOM)
    (result,), (figures,) = of(found, Sampled), of(found, Measured)
    truth = picture[None, :, :, 0] / 127.5 - 1
    errors = ((result.samples - truth) ** 2).mean((1, 2, 3))
    assert figures.values["psnr"] == pytest.approx((10 * np.log10(4 / errors)).mean(), abs=1e-4)
    mean = ((result.samples.mean(0) - truth) ** 2).mean()
    assert figures.values["psnr_mean"] == pytest.approx(10 * np.log10(4 / mean), abs=1e-4)
    spread = of(found, Shown)[3].picture
    assert (of(found, Shown)[1].picture == picture).all(), "what the model saw of the picture is the truth"
    last = of(found, Stepped)[-1]
    assert last.curves["psnr"] == pytest.approx(figures.values["psnr"]), "the last estimate is the sample"
    assert np.abs(spread[..., 0] / 127.5 - (4 * result.samples.std(0)[0]).clip(0, 2)).max() <= 1 / 127.5


def test_the_noise_stands_beside_the_residual_and_is_left_out_where_there_is_none(tmp_path: Path) -> None:
    steps = of(restored(tmp_path, pixels(), degradation=RANDOM), Stepped)
    for step in steps:
        assert step.curves["sigma-y"] == pytest.approx(2 * 5 / 255), "5 of 255 levels, in [−1, 1]"
    silent = of(restored(tmp_path, pixels(), degradation=RANDOM, noise={"name": "gaussian", "level": 0}), Stepped)
    assert all("sigma-y" not in step.curves for step in silent)


def test_the_same_seed_damages_in_the_same_way_and_another_does_not(tmp_path: Path) -> None:
    first, again, other = (of(restored(tmp_path, pixels(), degradation=RANDOM, seed=seed), Shown)[0].picture
                           for seed in (3, 3, 4))
    assert (first == again).all()
    assert not (first == other).all()


def test_what_is_foreseen_is_what_is_measured(tmp_path: Path) -> None:
    picture = pixels()
    found = restored(tmp_path, picture, degradation=RANDOM)
    options = RestoreOptions.model_validate({"model": "tiny", **FEW, "degradation": RANDOM})
    model = read_header(save_small(tmp_path)).spec
    restore: Any = task("restore")
    foreseen = restore.foreseen(options, np.repeat(picture, 3, 2), model)
    assert (foreseen == of(found, Shown)[0].picture).all()
    assert restore.foreseen(options.model_copy(update={"clean": False}), np.repeat(picture, 3, 2), model) is None
    assert restore.foreseen(options, np.repeat(picture, 3, 2), None) is None


def test_a_picture_that_is_damaged_already_is_the_measurement(tmp_path: Path) -> None:
    picture = pixels()
    found = restored(tmp_path, picture, degradation={"name": "identity"}, clean=False)
    assert (of(found, Shown)[0].picture == picture).all()
    assert of(found, Measured)[0].values.keys() == {"residual"}, "there is no truth to compare with"
    with pytest.raises(BadInput, match="another shape .* turn on “Damage first”"):
        restored(tmp_path, picture, degradation={"name": "downsampling", "factor": 2}, clean=False)


def test_a_network_for_any_size_sees_the_whole_picture_or_the_crop(tmp_path: Path) -> None:
    around = context(anywhere(tmp_path), {"image.png": png_bytes(pixels(20, 34, 3))})
    found = events("restore", {**FEW, "model": "any", "degradation": RANDOM}, around)
    assert of(found, Opened)[0].shape == (2, 3, 20, 34)
    crop = {"crop_x": 3, "crop_y": 2, "crop_side": 17}
    found = events("restore", {**FEW, "model": "any", "degradation": RANDOM, **crop}, around)
    assert of(found, Opened)[0].shape == (2, 3, 17, 17)


def test_a_large_picture_is_seen_in_tiles_as_in_the_whole(tmp_path: Path) -> None:
    """The small network sees 14 px around at most, less than the margin of a tile."""
    around = context(anywhere(tmp_path))
    model = open_model("any", around)
    with torch.no_grad():
        for weight in model.network.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    options = RestoreOptions.model_validate({"model": "any", "steps": 1, "count": 1})
    problem = posed(options, picture_of(pixels(640, 830, 3), options), model.spec)
    assert problem.truth is not None
    denoiser, t = plan_of(options, model, around, "").denoiser, torch.tensor(0.3, dtype=torch.float64)
    assert isinstance(denoiser, Tiled)
    assert problem.truth.shape[2] * problem.truth.shape[3] > AT_ONCE
    assert torch.allclose(denoiser(problem.truth, t), model.denoiser(problem.truth, t), rtol=0, atol=1e-5)


def test_methods_that_cannot_take_a_degradation_are_refused_before_the_picture_is_read(tmp_path: Path) -> None:
    save_small(tmp_path)
    for method in (name for name, kind in methods().items() if kind.pixels):
        with pytest.raises(BadOption, match="choose a mask"):
            events("restore", {**FEW, "method": {"name": method}, "degradation": {"name": "identity"}},
                   context(tmp_path))
    with pytest.raises(BadImage, match="missing"):
        events("restore", dict(FEW), context(tmp_path))


def test_the_automatic_step_is_the_usual_one_and_every_problem_has_its_noise() -> None:
    options = RestoreOptions()
    assert isinstance(options.method, DPS)
    assert options.method.rule is StepRule.AUTOMATIC
    spec = ModelSpec(title="any", channels=1, size=32, prediction=V(), path=VPCosine(), network=DRUNetOptions())
    problem = posed(options, picture_of(pixels(40, 40, 3), options), spec)
    assert problem.measurement.noise == pytest.approx(12.75 / 127.5)
    assert isinstance(problem.measurement.operator, LinearOperator)
    assert problem.truth is not None
    left = problem.measurement.residual(problem.truth)
    assert float(left.std()) == pytest.approx(0.1, rel=0.1), "what is left is the noise"


def test_the_formula_is_that_of_what_moves_the_run(tmp_path: Path) -> None:
    """A method with moves of its own leaves the chosen sampler out."""
    for name, kind in methods().items():
        if not kind.pixels:
            found = restored(tmp_path, pixels(), degradation=RANDOM, method={"name": name}, steps=2)
            told = of(found, Opened)[0].formula
            assert told[-1] == kind().lines()[-1]
            assert (told[0] == kind().lines()[0]) is kind.walks, name
