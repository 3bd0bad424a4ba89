"""Noise removed from pictures: against the exact posterior mean of Gaussian pixels, and what cannot be asked."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engines.benchmarks import bm3d_peer, denoising
from engines.benchmarks.denoising import (
    PICTURES,
    SIGMA,
    denoised,
    measured,
    peer_version,
    prior,
    psnr,
    quality,
    write_about,
)
from engines.checkpoint import Model, build_network, load_model, save_model
from engines.denoiser import NetworkDenoiser
from engines.device import device
from engines.errors import BadCheckpoint, BadInput, BadOption, Unfit
from engines.learnt import Learnt
from engines.model_file import ModelSpec
from engines.model_list import BUNDLED
from engines.networks.drunet import DRUNetOptions
from engines.process.paths import Path as ProbabilityPath
from engines.process.paths import paths
from engines.process.prediction import X0, V
from engines.process.vp_cosine import VPCosine
from tests.engines.small import save_small

MEAN, SPREAD = 0.4, 0.2  # of the pixels, in [0, 1]


def spec_of(path: ProbabilityPath, learnt: Learnt = Learnt.MEAN) -> ModelSpec:
    return ModelSpec(title="gaussian", channels=3, size=8, prediction=X0(), path=path, learnt=learnt,
                     network=DRUNetOptions(width=8, mults=(1,), depth=1))


def gaussian(path: ProbabilityPath) -> Model:
    """The exact denoiser of pixels N(2·MEAN − 1, (2·SPREAD)²) as a model that predicts the data."""
    def network(scaled: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        assert cond is None
        time = t[0].double()
        alpha, sigma = path.alpha(time), path.sigma(time)
        x, mean, variance = scaled.double() * path.scale(time), 2 * MEAN - 1, (2 * SPREAD)**2
        gain = alpha * variance / (alpha.square() * variance + sigma.square())
        # the prediction is read in units of the data
        return ((mean + gain * (x - alpha * mean)) / X0().unit(path, time)).float()

    return Model("gaussian", "Gaussian", nn.Identity(), NetworkDenoiser(network, path, X0()), path, spec_of(path),
                 Path("gaussian.safetensors"), "0" * 64)


def noisy_pixels(sigma: float, height: int = 7, width: int = 12) -> tuple[Tensor, Tensor]:
    """Pixels (3, H, W) of that kind, and the same with noise."""
    generator = torch.Generator().manual_seed(1)
    truth, noise = (torch.randn(3, height, width, generator=generator) for _ in range(2))
    return MEAN + SPREAD * truth, MEAN + SPREAD * truth + sigma * noise


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("sigma", [SIGMA, 0.5])
def test_the_posterior_mean_is_read_at_the_level_of_the_noise(name: str, sigma: float) -> None:
    """On every path, whose states have the size that its network was trained with."""
    _, noisy = noisy_pixels(sigma)
    expected = MEAN + SPREAD**2 / (SPREAD**2 + sigma**2) * (noisy - MEAN)
    assert torch.allclose(denoised(gaussian(paths()[name]()), noisy, sigma), expected, atol=2e-5)


def test_its_psnr_is_that_of_the_posterior_variance() -> None:
    """1/SPREAD² + 1/sigma² is the precision of what lies behind a noisy pixel; few are clipped."""
    truth, noisy = noisy_pixels(0.1, 200, 200)
    truth, noisy = truth.clamp(0, 1), noisy - truth + truth.clamp(0, 1)
    expected = 10 * np.log10(1 / SPREAD**2 + 1 / 0.1**2)
    assert psnr(gaussian(VPCosine()), truth, noisy, 0.1) == pytest.approx(expected, abs=0.1)


def test_values_beyond_black_and_white_count_as_those() -> None:
    truth = torch.tensor([0.0, 1.0, 0.5, 0.5]).reshape(1, 2, 2)
    assert quality(torch.tensor([-3.0, 7.0, 0.5, 0.6]).reshape(1, 2, 2), truth) == pytest.approx(
        10 * np.log10(4 / 0.1**2))
    # and in between they are not rounded to one of 256
    close = quality(truth.clamp(0, 0.5) + 0.001, truth.clamp(0, 0.5))
    assert close == pytest.approx(60, abs=1e-3)


@pytest.mark.parametrize("sides", [(8, 8), (5, 31), (2, 3)])
def test_a_picture_of_any_size_comes_back_in_its_size(tmp_path: Path, sides: tuple[int, int]) -> None:
    spec = spec_of(VPCosine()).model_copy(update={"prediction": V()})
    save_model(tmp_path / "any.safetensors", build_network(spec), spec, half=True)
    model = load_model(tmp_path / "any.safetensors", device("cpu"))
    assert denoised(model, torch.rand(3, *sides, dtype=torch.float64), SIGMA).shape == (3, *sides)


def test_what_a_model_cannot_be_asked_is_said(tmp_path: Path) -> None:
    model, picture = gaussian(VPCosine()), torch.rand(3, 8, 8)
    with pytest.raises(Unfit, match="makes pictures of 3 channels and this one has 1"):
        denoised(model, picture[:1], SIGMA)
    for sigma in (0.0, -1.0, 1e9, float("nan")):
        with pytest.raises(BadOption, match="none that model “gaussian” was trained with"):
            denoised(model, picture, sigma)
    with pytest.raises(BadOption, match="means nothing; choose a model"):
        denoised(replace(model, spec=spec_of(VPCosine(), Learnt.ENDS)), picture, SIGMA)
    fixed = load_model(save_small(tmp_path), device("cpu"))
    with pytest.raises(Unfit, match="takes pictures of 8 × 8 px alone and this one has 9 × 8 px"):
        denoised(fixed, torch.rand(1, 8, 9), SIGMA)
    assert denoised(fixed, torch.rand(1, 8, 8), SIGMA).shape == (1, 8, 8)


def test_a_missing_prior_is_told_with_the_way_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denoising, "BUNDLED", tmp_path)
    with pytest.raises(BadCheckpoint, match=r"“photos” is missing; collect its photographs with .* --network drunet"):
        prior()
    with pytest.raises(BadCheckpoint, match="Model “nowhere” is no model file"):
        prior("nowhere")
    with pytest.raises(BadInput, match="points"):
        prior(str(BUNDLED / "points-moons.safetensors"))
    assert prior(str(save_small(tmp_path))).name == "tiny"


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the peer's libraries: four small pictures, and a BM3D that returns what it gets and sigma more."""
    for name, module in fakes().items():
        monkeypatch.setitem(sys.modules, name, module)  # type: ignore[arg-type]
    monkeypatch.setattr(bm3d_peer.importlib.metadata, "version", lambda _: "4.0.3")


def fakes() -> dict[str, SimpleNamespace]:
    """Libraries by name."""
    pixels = np.random.default_rng(0).integers(40, 216, (len(PICTURES), 9, 14, 3), dtype=np.uint8)
    data = SimpleNamespace(**{name: lambda k=k: pixels[k] for k, name in enumerate(PICTURES)})
    return {"skimage.data": data, "bm3d": SimpleNamespace(bm3d_rgb=lambda noisy, sigma: noisy.astype(float) + sigma)}


@pytest.mark.usefixtures("peer")
def test_both_sides_get_the_same_noise_and_are_measured_alike(tmp_path: Path) -> None:
    """The peer's script runs here as it does in its own environment; its error is sigma and the noise."""
    model = gaussian(VPCosine())
    write_about(tmp_path)
    about = json.loads((tmp_path / "peer.json").read_text(encoding="utf-8"))
    bm3d_peer.give(tmp_path, about)
    found = [measured(model, tmp_path, k, lambda k: bm3d_peer.denoise(tmp_path, k, about["sigma"])) for k in range(2)]
    assert peer_version(tmp_path) == "4.0.3"
    assert [one.name for one in found] == ["astronaut", "chelsea"]
    for k, one in enumerate(found):
        truth, noisy = (np.load(tmp_path / f"{name}-{k}.npy") for name in ("truth", "noisy"))
        assert noisy.shape == truth.shape == (9, 14, 3)
        error = np.clip(noisy + SIGMA, 0, 1) - truth / 255
        assert one.peer == pytest.approx(-10 * np.log10((error**2).mean()), abs=1e-4)
        clean, state = (torch.tensor(array).permute(2, 0, 1) for array in (truth / np.float32(255), noisy))
        assert one.ours == pytest.approx(psnr(model, clean, state, SIGMA), abs=1e-4)
        assert min(one.seconds, one.peer_seconds) >= 0
    noise = [np.load(tmp_path / f"noisy-{k}.npy") - np.load(tmp_path / f"truth-{k}.npy") / 255 for k in range(2)]
    assert np.std(noise) == pytest.approx(SIGMA, rel=0.1)
    assert not np.allclose(noise[0], noise[1]), "each picture has noise of its own"
