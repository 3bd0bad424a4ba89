"""The bound as a loss, and learned variance: against divergences and densities of torch, and the entropy of data."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence

from engines.analytic import MixtureDenoiser, gaussian
from engines.denoiser import split_output
from engines.likelihood.gaussians import kl, surprise
from engines.process.chain import Fixed, step_back
from engines.process.paths import Path
from engines.process.prediction import X0, V
from engines.process.straight import Straight
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.training.draws import Draws, draw
from engines.training.objectives.base import Known, Setting
from engines.training.objectives.chain import before, log_variances, on_chain
from engines.training.objectives.learned_variance import LearnedVariance
from engines.training.objectives.simple import Simple
from engines.training.objectives.vlb import VariationalBound, start_term

F64: Any = {"dtype": torch.float64}


def draws_at(t: Tensor, eps: Tensor) -> Draws:
    return Draws(t, eps, torch.zeros(len(t), dtype=torch.bool))


class Constant(nn.Module):
    """Outputs a parameter, whatever it sees."""

    def __init__(self, output: Tensor) -> None:
        super().__init__()
        self.output = nn.Parameter(output)

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        return self.output


def test_the_chain_has_even_steps_and_ends_at_the_data() -> None:
    path = VPCosine()
    t = on_chain(path, torch.tensor([1e-6, 0.0999, 0.1, 0.5, 0.999], **F64), 10)
    torch.testing.assert_close(t, torch.tensor([0.0999, 0.0999, 0.1998, 0.5994, 0.999], **F64))
    torch.testing.assert_close(before(path, t, 10), t - 0.0999)
    assert float(before(path, t, 10)[0]) == 0


@pytest.mark.parametrize("path", [VPLinear(), Straight()], ids=lambda path: path.name)
def test_the_step_back_is_that_of_bayes(path: Path) -> None:
    """q(x_s | x_t, x0) ∝ q(x_t | x_s) q(x_s | x0): precisions add up."""
    s, t, x0, x = (torch.tensor([value], **F64) for value in (0.4, 0.5, 0.7, -0.2))
    factor, beta = path.transition(s, t)
    precision = factor.square() / beta + 1 / path.sigma(s).square()
    mean = (factor * x / beta + path.alpha(s) * x0 / path.sigma(s).square()) / precision
    torch.testing.assert_close(step_back(path, s, t).mean(x, x0), mean)
    tilde, plain = log_variances(path, s, t, 10)
    torch.testing.assert_close(tilde.exp(), 1 / precision)
    torch.testing.assert_close(plain.exp(), beta)


def test_the_last_step_is_given_the_variance_before_it() -> None:
    path, steps = VPCosine(), 100
    t = torch.tensor([1, 2], **F64) * path.t_max / steps
    tilde, beta = log_variances(path, before(path, t, steps), t, steps)
    assert float(tilde[0]) == pytest.approx(float(tilde[1]), rel=1e-9)
    torch.testing.assert_close(beta[0].exp(), path.sigma(t[0]).square())


def test_divergences_are_those_of_torch() -> None:
    error, log_p, log_q = torch.randn(3, 50, **F64)
    q, p = Normal(torch.zeros(50, **F64), (log_q / 2).exp()), Normal(error, (log_p / 2).exp())
    torch.testing.assert_close(kl(error, log_p, log_q), kl_divergence(q, p))


def test_the_density_of_the_data_is_that_of_torch() -> None:
    error, log_p, x0 = torch.randn(3, 50, **F64)
    wanted = -Normal(x0 + error, (log_p / 2).exp()).log_prob(x0)
    torch.testing.assert_close(surprise(error, log_p, x0, 0.0), wanted)


@pytest.mark.parametrize("log_p", [-2.0, -6.0, -9.0, -12.0])
@pytest.mark.parametrize("mean", [-1.02, -0.3, 0.004, 0.99])
def test_grey_levels_share_the_mass_of_the_gaussian(mean: float, log_p: float) -> None:
    """The 256 masses add up to 1, each the difference of two distribution functions (Ho et al. 2020, eq. 13)."""
    grain = 2 / 255
    x0 = torch.arange(256, **F64) * grain - 1
    found = surprise(mean - x0, torch.full((256,), log_p, **F64), x0, grain)
    assert float((-found).exp().sum()) == pytest.approx(1, abs=1e-9)
    assert found.isfinite().all()
    law = Normal(torch.tensor(mean, **F64), math.exp(log_p / 2))
    middle = law.cdf(x0 + grain / 2) - law.cdf(x0 - grain / 2)
    seen = (middle > 1e-3) & (x0.abs() < 1)
    torch.testing.assert_close(-found[seen], middle[seen].log(), rtol=1e-6, atol=0)
    errors = (mean - x0).requires_grad_()
    assert torch.autograd.grad(surprise(errors, torch.full((256,), log_p, **F64), x0, grain).sum(), errors)[0].isfinite(
        ).all()
    # float32, as in training, gives the same however unlikely the data
    single = surprise((mean - x0).float(), torch.full((256,), log_p), x0.float(), grain)
    torch.testing.assert_close(single.double(), found, rtol=2e-3, atol=2e-3)


def test_a_term_of_the_bound_is_half_the_fall_of_the_snr_times_the_error() -> None:
    """Kingma et al. 2021, eq. 14, which Ho's L_{t−1} is with the variance beta-tilde."""
    path, steps = VPCosine(), 50
    t = on_chain(path, torch.linspace(0.1, 0.9, 8, **F64), steps)
    x0, eps, off = torch.randn(3, 8, 3, **F64)
    draws, labels = draws_at(t, eps), torch.zeros(8, dtype=torch.long)
    found = VariationalBound(chain=steps).losses(Constant(x0 + off), Setting(path, X0()), x0, labels, draws)
    fall = path.log_snr(before(path, t, steps)).exp() - path.log_snr(t).exp()
    wanted = steps * fall / 2 * off.square().mean(1) + start_term(Setting(path, X0()), x0)
    torch.testing.assert_close(found, wanted)


class Exact(nn.Module):
    """The exact denoiser of data as a network that predicts x0; the parameter is there to be trained."""

    def __init__(self, denoiser: MixtureDenoiser, outputs: int = 1) -> None:
        super().__init__()
        self.denoiser, self.outputs = denoiser, outputs
        self.nothing = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        found = self.denoiser(x * self.denoiser.path.scale(t.double())[:, None], t.double(), cond)
        return torch.cat([found] + [torch.zeros_like(found)] * (self.outputs - 1), 1) + self.nothing


def bound(chain: int, variance: Fixed = Fixed.BETA) -> float:
    """The mean of the bound over every step of a chain, for a Gaussian of the plane and its exact denoiser."""
    path, data = VPCosine(), gaussian(torch.zeros(2), torch.tensor([[0.5, 0.3], [0.3, 0.4]]))
    t = (torch.arange(chain, **F64) + 0.5) / chain * path.t_max
    each = 80_000 // chain
    x0 = data.sample(chain * each, 1)
    draws = draws_at(t.repeat(each), torch.randn(chain * each, 2, generator=torch.Generator().manual_seed(2), **F64))
    objective, setting = VariationalBound(chain=chain, variance=variance), Setting(path, X0())
    labels = torch.full((chain * each,), -1)
    draws = objective.prepared(setting, x0, labels, draws)
    with torch.no_grad():
        return float(objective.losses(Exact(MixtureDenoiser(data, path)), setting, x0, labels, draws).mean())


def test_the_bound_lies_above_the_entropy_and_nears_it_with_the_steps() -> None:
    """In nats per coordinate; beta-tilde, which is that of a single point, keeps it apart from spread out data."""
    entropy = (2 * math.log(2 * math.pi * math.e) + math.log(0.5 * 0.4 - 0.09)) / 4
    gaps = [bound(chain) - entropy for chain in (2, 5, 400)]
    # 0.02 is four errors of a mean over 80,000 samples
    assert gaps[0] > gaps[1] + 0.02 > gaps[2] + 0.04 > 0.02
    assert gaps[2] < 0.02
    assert bound(400, Fixed.BETA_TILDE) - entropy > 0.3


def test_the_bound_teaches_the_variance_alone_and_the_simple_loss_the_mean() -> None:
    path, t = VPCosine(), torch.linspace(0.05, 0.95, 6, **F64)
    x0, eps, output = torch.randn(3, 6, 2, **F64)
    draws, labels, setting = draws_at(t, eps), torch.zeros(6, dtype=torch.long), Setting(path, V())
    both = Constant(torch.cat([output, torch.zeros_like(output)], 1))
    torch.autograd.backward(LearnedVariance(chain=10).losses(both, setting, x0, labels, draws).mean())
    alone = Constant(output)
    torch.autograd.backward(Simple().losses(alone, setting, x0, labels, draws).mean())
    assert both.output.grad is not None
    torch.testing.assert_close(both.output.grad[:, :2], alone.output.grad)
    assert bool((both.output.grad[:, 2:] != 0).all())


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_hybrid_loss_is_that_of_the_paper(share: float) -> None:
    """Simple loss and lambda·T·KL with the variance exp(v log beta + (1 − v) log beta-tilde), by torch's own KL."""
    path, steps, t = VPCosine(), 20, torch.tensor([0.4995, 0.7992], **F64)
    x0, eps, off = torch.randn(3, 2, 2, **F64)
    network = Constant(torch.cat([x0 + off, torch.full((2, 2), 2 * share - 1, **F64)], 1))
    assert torch.equal(split_output(network.output)[1].detach(), torch.full((2, 2), share, **F64))
    found = LearnedVariance(chain=steps, share=0.1).losses(network, Setting(path, X0()), x0, torch.zeros(2).long(),
                                                           draws_at(t, eps))
    s = t - path.t_max / steps
    tilde, beta = (log.exp()[:, None] for log in log_variances(path, s, t, steps))
    x = path.diffuse(x0, eps, t)
    true = Normal(step_back(path, s, t).mean(x, x0), tilde.sqrt())
    model = Normal(step_back(path, s, t).mean(x, x0 + off), (beta**share * tilde ** (1 - share)).sqrt())
    wanted = off.square().mean(1) + 0.1 * steps * kl_divergence(true, model).mean(1)
    torch.testing.assert_close(found, wanted)


def test_the_best_share_is_what_the_data_say() -> None:
    """For unit Gaussian data and its exact denoiser the variance of the step back is beta itself (Ho et al. 2020)."""
    path, data, steps = VPCosine(), gaussian(torch.zeros(2), torch.eye(2)), 10
    x0 = data.sample(4000, 3)
    t = torch.full((4000,), 0.4995, **F64)
    draws = draws_at(t, torch.randn(4000, 2, generator=torch.Generator().manual_seed(4), **F64))
    means = list[float]()
    for share in (0.8, 1.0, 1.2):
        exact = Exact(MixtureDenoiser(data, path), 2)

        def network(x: Tensor, t: Tensor, cond: Tensor, share: float = share, exact: Exact = exact) -> Tensor:
            return exact(x, t, cond) + torch.tensor([0, 0, 2 * share - 1, 2 * share - 1], **F64)

        with torch.no_grad():
            losses = LearnedVariance(chain=steps).losses(network, Setting(path, X0()), x0,  # type: ignore[arg-type]
                                                         torch.full((4000,), -1), draws)
        means.append(float(losses.mean()))
    assert means[1] == min(means)


def test_pixels_are_rounded_in_the_last_step_and_points_are_not() -> None:
    path, x0 = VPCosine(), torch.zeros(4, 1, 2, 2)
    draws = draw(0, 0, (4, 1, 2, 2), path, 0.0)
    first = Draws(torch.full((4,), path.t_max / 10, **F64), draws.eps, draws.dropped)
    labels = torch.zeros(4, dtype=torch.long)
    pixels, points = (VariationalBound(chain=10).losses(Constant(x0), Setting(path, X0(), known=Known(grain=grain)), x0,
                                                        labels, first) for grain in (2 / 255, 0.0))
    # a density is the mass of a grain over its width
    torch.testing.assert_close(pixels / 10, points / 10 - math.log(2 / 255), rtol=0, atol=1e-3)
