"""DDPM with the variance that a model learned: exact where the best variance is known, and refused without one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from engines.analytic import MixtureDenoiser, gaussian
from engines.checks.closed_form import Unit
from engines.denoiser import Denoised, Denoiser, NetworkDenoiser, joined
from engines.errors import BadOption
from engines.guidance.cfg import ClassifierFree
from engines.learnt import Learnt
from engines.process.noise import Noise, sample_seeds
from engines.process.prediction import Eps
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.ddpm import DDPM, Variance
from engines.samplers.fresh import draws_noise
from engines.samplers.remarks import walk_remark

PATH, SPREAD, STEPS = VPCosine(), 0.25, 6  # variance of the data, and few steps, of which every one shows
TIMES = time_grid(PATH, STEPS)
DATA = gaussian(torch.zeros(1), torch.tensor([[SPREAD]]))


class Best(Denoiser):
    """The exact denoiser of a Gaussian with the variance of q(x_s | x_t), as a share between beta-tilde and beta."""

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        found = MixtureDenoiser(DATA, PATH).denoise(x, t, cond)
        s = TIMES[int((TIMES - t).abs().argmin()) + 1]
        sigma2_t, sigma2_s = PATH.sigma(t).square(), PATH.sigma(s).square()
        _, beta = PATH.transition(s, t)
        tilde, pull = beta * sigma2_s / sigma2_t, PATH.alpha(s) * beta / sigma2_t
        # var(x_s | x_t) = beta-tilde + pull²·var(x0 | x_t): the mean is not known for sure
        best = tilde + pull.square() * SPREAD * sigma2_t / (PATH.abar(t) * SPREAD + sigma2_t)
        share = (best / tilde).log() / (beta / tilde).log() if s > 0 else torch.zeros(())
        assert s <= 0 or 0 < share < 1
        return replace(found, share=share * torch.ones_like(x))


def variances(sampler: DDPM, prior: Denoiser) -> list[float]:
    """Of the state at every time but the last, exactly: each draw is set to 1 alone."""
    draws = ((0, -1), *((k, 0) for k in range(STEPS)))
    noise = Unit(tuple(range(1 + len(draws))), (1,), dtype=torch.float64, draws=draws)
    first = (PATH.abar(TIMES[0]) * SPREAD + PATH.sigma(TIMES[0]).square()).sqrt()
    steps = list(sampler(PATH, prior, first * noise.initial(), TIMES, noise=noise))[:-1]
    return [float((step.x[1:] - step.x[0]).square().sum()) for step in steps]


def test_the_best_variance_keeps_every_marginal_of_a_gaussian() -> None:
    """In as few steps as one likes, which neither beta nor beta-tilde does."""
    exact = [float(PATH.abar(t) * SPREAD + PATH.sigma(t).square()) for t in TIMES[:-1]]
    assert variances(DDPM(variance=Variance.LEARNED), Best()) == pytest.approx(exact, rel=1e-9)
    narrow, wide = (variances(DDPM(variance=v), Best()) for v in (Variance.BETA_TILDE, Variance.BETA))
    assert narrow[-1] < 0.97 * exact[-1] < 1.03 * exact[-1] < wide[-1]


@pytest.mark.parametrize(("share", "same"), [(0.0, Variance.BETA_TILDE), (1.0, Variance.BETA)])
def test_the_ends_of_the_share_are_the_fixed_variances(share: float, same: Variance) -> None:
    class Told(MixtureDenoiser):
        def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
            return replace(super().denoise(x, t, cond), share=torch.full_like(x, share))

    prior = Told(DATA, PATH)
    learned, fixed = (variances(DDPM(variance=v), prior) for v in (Variance.LEARNED, same))
    assert learned == pytest.approx(fixed, rel=1e-9)


def test_a_model_without_it_is_refused() -> None:
    noise = Noise((0,), (1,), dtype=torch.float64)
    with pytest.raises(BadOption, match="choose beta or beta-tilde, or a model trained by the objective"):
        list(DDPM(variance=Variance.LEARNED)(PATH, MixtureDenoiser(DATA, PATH), noise.initial(), TIMES, noise=noise))


class Two(nn.Module):
    """A network with learned variance: its second half says where that lies, −1 for beta-tilde and 1 for beta."""

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """The class as the share, ½ without one."""
        known = torch.zeros(len(x)) if cond is None else cond.float()
        return torch.cat([0.1 * x, known[:, None].expand_as(x)], 1)


def test_the_second_half_of_a_network_is_the_share_and_guidance_takes_that_of_the_class() -> None:
    prior, x, t = NetworkDenoiser(Two(), PATH, Eps()), torch.ones(2, 3), torch.tensor(0.5, dtype=torch.float64)
    found = prior.denoise(x, t)
    assert found.share is not None
    torch.testing.assert_close(found.share, torch.full((2, 3), 0.5))
    guided = ClassifierFree(prior, 2.0).denoise(x, t, torch.tensor([1, 1]))
    assert guided.share is not None
    torch.testing.assert_close(guided.share, torch.ones(2, 3))
    both = joined([found, found]).share
    assert both is not None
    assert both.shape == (4, 3)
    noise = Noise(sample_seeds(0, 2), (3,))
    *_, step = DDPM(variance=Variance.LEARNED)(PATH, prior, noise.initial(), TIMES, noise=noise)
    assert bool(step.x.isfinite().all())


@pytest.mark.parametrize("steps", [40, 200])
def test_a_sampler_of_a_learned_variance_can_be_tried_before_a_run(steps: int) -> None:
    """What is said of a walk beforehand runs the sampler on numbers that nobody learned."""
    sampler = DDPM(variance=Variance.LEARNED)
    assert draws_noise(sampler, PATH)
    assert walk_remark(sampler, PATH, time_grid(PATH, steps), Eps(), Learnt.MEAN) == ""
