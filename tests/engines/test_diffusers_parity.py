"""Our samplers against diffusers' schedulers: the same network, schedule and noise."""

from __future__ import annotations

from itertools import pairwise

import diffusers
import numpy as np
import pytest
import torch

from engines.checkpoint import load_model
from engines.checks.oracle_claims import small_network
from engines.denoiser import NetworkDenoiser
from engines.device import device
from engines.model_list import resolve_model
from engines.networks.diffusers_map import config, timesteps, to_diffusers
from engines.networks.unet import Shape
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.prediction import X0, Eps, Prediction, V
from engines.process.times import time_grid
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM, Variance

STEPS = 50
NOISE = Noise(sample_seeds(0, 4), (1, 8, 8))
PRESERVING = [name for name in sorted(paths()) if name.startswith("vp-")]  # their schedules have no other
KINDS = {Eps(): "epsilon", V(): "v_prediction", X0(): "sample"}


def _grid(path: Path) -> torch.Tensor:
    """STEPS + 1 times, each the end of one of diffusers' discrete steps."""
    return path.t_max * torch.linspace(1, 0, STEPS + 1, dtype=torch.float64)


def _betas(path: Path) -> np.ndarray:
    """The discrete betas whose abar is our path's at the grid: beta_n = 1 − abar_n/abar_{n−1}."""
    abar = path.abar(_grid(path).flip(0))
    return (1 - abar[1:] / abar[:-1]).numpy()


def _ddim(path: Path, kind: Prediction, eta: float) -> torch.Tensor:
    """diffusers' DDIM with our network and our noise."""
    scheduler = diffusers.DDIMScheduler(num_train_timesteps=STEPS, trained_betas=_betas(path), clip_sample=False,
                                        set_alpha_to_one=True, prediction_type=KINDS[kind])
    scheduler.set_timesteps(STEPS)
    network, times, x = small_network(), _grid(path), NOISE.initial()
    for i, n in enumerate(scheduler.timesteps):
        output = network(x, times[i].float().expand(4), None)
        x = scheduler.step(output, n, x, eta=eta, variance_noise=NOISE(i)).prev_sample
    return x


@pytest.mark.parametrize("name", PRESERVING)
@pytest.mark.parametrize("kind", [V(), X0()])
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_ddim(name: str, kind: Prediction, eta: float) -> None:
    path = paths()[name]()
    with torch.no_grad():
        theirs = _ddim(path, kind, eta)
    *_, ours = DDIM(eta=eta)(path, NetworkDenoiser(small_network(), path, kind), NOISE.initial(), _grid(path),
                             noise=NOISE)
    torch.testing.assert_close(ours.x, theirs, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", PRESERVING)
@pytest.mark.parametrize("eta", [0.0, 0.5])
def test_ddim_that_predicts_eps(name: str, eta: float) -> None:
    """A random eps network makes states of size 200 and more, so its 1e-4 is relative to them."""
    path = paths()[name]()
    with torch.no_grad():
        theirs = _ddim(path, Eps(), eta)
    prior = NetworkDenoiser(small_network(), path, Eps())
    *_, ours = DDIM(eta=eta)(path, prior, NOISE.initial(), _grid(path), noise=NOISE)
    assert float((ours.x - theirs).abs().max() / theirs.abs().max()) < 1e-4


@pytest.mark.parametrize("name", PRESERVING)
@pytest.mark.parametrize(("variance", "theirs"), [(Variance.BETA_TILDE, "fixed_small"), (Variance.BETA, "fixed_large")])
def test_ddpm_mean_and_variance(name: str, variance: Variance, theirs: str) -> None:
    """The coefficients of x, x0_hat and noise of every step but the last, where there is no noise."""
    path = paths()[name]()
    scheduler = diffusers.DDPMScheduler(num_train_timesteps=STEPS, trained_betas=_betas(path), clip_sample=False,
                                        variance_type=theirs, prediction_type="sample")
    abar = scheduler.alphas_cumprod
    for n, (t, s) in zip(range(STEPS - 1, 0, -1), pairwise(_grid(path)[:-1]), strict=True):
        move = DDPM(variance=variance).move(path, t, s)
        beta = scheduler.betas[n]
        pull = abar[n - 1].sqrt() * beta / (1 - abar[n])
        keep = (1 - beta).sqrt() * (1 - abar[n - 1]) / (1 - abar[n])
        assert float(move.pull) == pytest.approx(float(pull), rel=2e-3, abs=1e-5)
        assert float(move.keep) == pytest.approx(float(keep), rel=2e-3, abs=1e-5)
        # float32 betas lose digits in 1 − abar at the data end
        assert float(move.noise.square()) == pytest.approx(float(scheduler._get_variance(n)), rel=2e-3, abs=1e-7)


def test_ddpm_step_is_theirs() -> None:
    """A whole step of their scheduler, its noise drawn from a generator we repeat."""
    path, n = paths()["vp-linear"](), 30
    scheduler = diffusers.DDPMScheduler(num_train_timesteps=STEPS, trained_betas=_betas(path), clip_sample=False,
                                        prediction_type="sample")
    times, x, x0 = _grid(path), NOISE.initial(), NOISE(1)
    step = scheduler.step(x0, n, x, generator=torch.Generator().manual_seed(5)).prev_sample
    z = torch.randn(x.shape, generator=torch.Generator().manual_seed(5))
    move = DDPM().move(path, times[STEPS - 1 - n], times[STEPS - n])
    torch.testing.assert_close(step, (move.keep * x + move.pull * x0 + move.noise * z).float(), rtol=0, atol=1e-4)


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_ddim_with_the_bundled_weights(eta: float) -> None:
    """All of it theirs, network and scheduler, and 20 of 1,000 discrete steps: the same digits as ours."""
    model, labels, steps, discrete = load_model(resolve_model("digits", ()), device("cpu")), torch.arange(4), 20, 1000
    noise, times = Noise(sample_seeds(0, 4), (1, 28, 28)), time_grid(model.path, steps)
    theirs = diffusers.UNet2DModel(**config(model.spec.network, Shape(1, 28, 10))).eval()
    theirs.load_state_dict(to_diffusers(model.network.state_dict()))
    abar = model.path.abar(time_grid(model.path, discrete).flip(0))
    scheduler = diffusers.DDIMScheduler(num_train_timesteps=discrete, trained_betas=(1 - abar[1:] / abar[:-1]).numpy(),
                                        clip_sample=False, set_alpha_to_one=True, prediction_type="v_prediction",
                                        timestep_spacing="trailing")
    scheduler.set_timesteps(steps)
    x = model.path.initial(noise.initial())
    with torch.no_grad():
        for i, n in enumerate(scheduler.timesteps):
            output = theirs(x, timesteps(times[i].expand(4)), class_labels=labels).sample
            x = scheduler.step(output, n, x, eta=eta, variance_noise=noise(i)).prev_sample
    start = model.path.initial(noise.initial())
    *_, ours = DDIM(eta=eta)(model.path, model.denoiser, start, times, noise=noise, cond=labels)
    torch.testing.assert_close(ours.x, x, rtol=0, atol=1e-4)
