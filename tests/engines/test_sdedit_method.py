"""SDEdit as a method: the state it joins at, and the rest of any sampler's walk."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser, gaussian
from engines.checks.oracle_claims import blob, end_of, first_known, last, resume_gap
from engines.inverse.base import Measurement
from engines.inverse.sdedit import sdedit_start
from engines.inverse.sdedit_method import SDEdit
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import time_grid
from engines.samplers.base import Sampler, samplers
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from tests.engines.test_inverse import IMAGE, NETWORK, NOISE, PATH, TIMES, painted
from tests.engines.walked import PATHS, Matrix, terms_add_up


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("strength", [1.0, 0.6, 0.25])
def test_it_is_the_run_that_the_task_makes(path: Path, strength: float) -> None:
    """With the state that `sdedit_start` gives for what the measurement shows."""
    measurement, times = painted(), time_grid(path, 12)
    denoiser, walk = SDEdit(strength=strength).posterior(path, NETWORK, DDIM(eta=0.5), measurement)
    steps = list(walk(path, denoiser, path.initial(NOISE.initial()), times, noise=NOISE))
    x, start = sdedit_start(path, times, measurement.known(IMAGE), strength, NOISE)
    scale = float(path.scale(times[start]))
    torch.testing.assert_close(steps[1].x / scale, x / scale, rtol=1e-4, atol=1e-5)
    rest = last(DDIM(eta=0.5)(path, NETWORK, x, times, noise=NOISE, start=start))
    torch.testing.assert_close(steps[-1].x, rest.x, rtol=1e-3, atol=1e-3)
    assert [step.t for step in steps] == walk.visited(times).tolist()
    assert [step.index for step in steps] == list(range(walk.steps(times) + 1))
    assert steps[-1].nfe == walk.evaluations(times) == 12 - start
    terms_add_up(steps, 1e-4)


def test_strength_0_keeps_what_the_measurement_shows() -> None:
    measurement = painted()
    denoiser, walk = SDEdit(strength=0).posterior(PATH, NETWORK, DDPM(), measurement)
    found = last(walk(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE))
    torch.testing.assert_close(found.x, measurement.known(IMAGE).expand(2, 1, 8, 8), rtol=0, atol=1e-6)
    assert found.nfe == 0


def test_what_a_noisy_measurement_shows_is_not_its_noise_magnified() -> None:
    """Aᵀ(A Aᵀ + sigma_y² I)⁻¹ y, of a map that hardly measures its last direction."""
    a = Matrix(torch.diag(torch.tensor([1.0, 0.5, 1e-6], dtype=torch.float64)))
    y = torch.tensor([[0.3, -0.4, 0.2]], dtype=torch.float64)
    noise = Noise(sample_seeds(3, 2), (3,), dtype=torch.float64)
    prior = MixtureDenoiser(gaussian(torch.zeros(3), torch.eye(3)), PATH)
    denoiser, walk = SDEdit(strength=0).posterior(PATH, prior, DDPM(), Measurement(a, y, 0.1))
    found = last(walk(PATH, denoiser, noise.initial(), TIMES, noise=noise))
    shown = y @ torch.linalg.inv(a.rows @ a.rows.T + 0.01 * torch.eye(3, dtype=torch.float64)).T @ a.rows
    torch.testing.assert_close(found.x, shown.expand(2, 3), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("sampler", [kind() for kind in samplers().values() if not kind.adaptive],
                         ids=lambda sampler: sampler.name)
def test_any_sampler_resumes_at_any_step_bit_for_bit(sampler: Sampler) -> None:
    denoiser, walk = SDEdit(strength=0.7).posterior(PATH, NETWORK, sampler, painted())
    assert resume_gap(walk, denoiser, PATH) == 0
    steps = list(walk(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE))
    assert steps[-1].nfe == walk.evaluations(TIMES)


def test_full_strength_is_nearly_the_prior() -> None:
    """Of a Gaussian: the mean and spread of its samples, whatever was measured."""
    data = blob()
    denoiser, walk = SDEdit(strength=1).posterior(PATH, MixtureDenoiser(data, PATH), DDPM(), first_known(-0.4))
    x = end_of(walk, denoiser, PATH, 100, count=2000).x
    assert float((x.mean(0) - data.mean()).abs().max()) < 0.08
    assert float((x.T.cov() - data.covariance()).abs().max()) < 0.08
