"""Total variation against closed forms: two plateaus, the gap between primal and dual, and its own optimality."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engines.checks.oracle_claims import last, resume_gap
from engines.inverse.base import Measurement
from engines.inverse.tv import Iterate, Problem, TotalVariation, operator_size2
from engines.operators.mask import Mask
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import time_grid
from engines.samplers.ddpm import DDPM
from tests.engines.test_inverse import NETWORK, PATH, TIMES, painted
from tests.engines.walked import PATHS, terms_add_up, tilted


def seen(shape: tuple[int, ...]) -> Mask:
    """All of a sample, as it is."""
    return Mask(torch.ones(shape, dtype=torch.float64))


def iterated(problem: Problem, count: int) -> Iterate:
    at = problem.first()
    for _ in range(count):
        at, _, _ = problem.next(at)
    return at


def dual(problem: Problem, at: Iterate) -> Tensor:
    """The dual value of denoising, ⟨∇ᵀu, y⟩ − ½‖∇ᵀu‖²: never above the primal one, whatever u within its bounds is."""
    force = problem.gathered(at.u_d)
    return (force * problem.y - force.square() / 2).flatten(1).sum(1)


def test_two_plateaus_move_towards_each_other() -> None:
    """On a line of 4 + 6 points by λ/4 and λ/6, and to their mean where λ is larger than that takes."""
    y = torch.tensor([[0.0] * 4 + [1.0] * 6], dtype=torch.float64)
    found = iterated(Problem.of(seen((10,)), y, 0.3), 2500).x
    torch.testing.assert_close(found, torch.tensor([[0.3 / 4] * 4 + [1 - 0.3 / 6] * 6], dtype=torch.float64))
    flat = iterated(Problem.of(seen((10,)), y, 3.0), 4000).x
    torch.testing.assert_close(flat, torch.full_like(y, 0.6), rtol=0, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_two_plateaus_of_a_picture_move_by_perimeter_over_area(channels: int) -> None:
    """A straight edge of 6 pixels between areas of 6×4 and 6×8; colours that jump alike share the length of one."""
    y = torch.cat([torch.zeros(1, channels, 6, 4), torch.ones(1, channels, 6, 8)], -1).double()
    found = iterated(Problem.of(seen((channels, 6, 12)), y, 0.2), 2500).x
    weight = 0.2 / channels**0.5
    exact = (1 - weight * 6 / 48) * y + weight * 6 / 24 * (1 - y)
    torch.testing.assert_close(found, exact, rtol=0, atol=1e-6)


def test_the_gap_closes_and_the_objective_falls_at_the_end() -> None:
    y = torch.randn(2, 3, 8, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    problem = Problem.of(seen((3, 8, 9)), y, 0.5)
    at, values = problem.first(), list[Tensor]()
    for _ in range(1500):
        at, _, _ = problem.next(at)
        values.append(problem.objective(at.x))
        assert bool((problem.lengths(at.u_d) <= 0.5 + 1e-12).all())
        assert bool((dual(problem, at) <= values[-1] + 1e-9).all())
    start = problem.objective(problem.first().x) - dual(problem, problem.first())
    assert bool((values[-1] - dual(problem, at) < 1e-5 * start).all())
    later = torch.stack(values[-300:])
    assert bool((later.diff(dim=0) <= 1e-10).all())


def test_the_gradient_and_its_adjoint() -> None:
    """⟨∇x, u⟩ = ⟨x, ∇ᵀu⟩, and ‖∇‖² is at most 4 for each direction."""
    draws = torch.Generator().manual_seed(0)
    for shape in ((7,), (3, 5, 6)):
        problem = Problem.of(seen(shape), torch.zeros(2, *shape, dtype=torch.float64), 1.0)
        x = torch.randn(2, *shape, generator=draws, dtype=torch.float64)
        u = torch.randn(problem.gradient(x).shape, generator=draws, dtype=torch.float64)
        torch.testing.assert_close((problem.gradient(x) * u).sum(), (x * problem.gathered(u)).sum())
        assert float(problem.gradient(x).square().sum() / x.square().sum()) <= 4 * max(1, len(shape) - 1)


def test_the_norm_of_an_operator() -> None:
    """By its spectrum exactly, and by power iteration 5 % above what it is."""
    a, like = tilted(), torch.zeros(1, dtype=torch.float64)
    assert operator_size2(seen((3, 4, 4)), like) == 1
    exact = float(torch.linalg.matrix_norm(a.rows, 2).square())
    assert operator_size2(a, like) == pytest.approx(1.05 * exact, rel=1e-6)


def test_any_linear_problem_ends_where_no_direction_improves() -> None:
    """Of a convex problem: the objective is not lower anywhere near."""
    a = tilted()
    y = torch.tensor([[0.3, -0.4, 1.0]], dtype=torch.float64)
    problem = Problem.of(a, y, 0.1)
    found = iterated(problem, 2500).x
    near = found + 0.01 * torch.randn(200, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert bool((problem.objective(near) >= problem.objective(found) - 1e-9).all())


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_the_walk_is_the_iteration(path: Path) -> None:
    noise, measurement = Noise(sample_seeds(0, 2), (1, 8, 8)), painted()
    method = TotalVariation(iterations=30, weight=0.05)
    denoiser, walk = method.posterior(path, NETWORK, DDPM(), measurement)
    times = time_grid(path, 5)
    steps = list(walk(path, denoiser, path.initial(noise.initial()), times, noise=noise))
    problem = Problem.of(measurement.linear, measurement.y.expand(2, 1, 8, 8), 0.05)
    torch.testing.assert_close(steps[-1].x, iterated(problem, 30).x)
    assert [step.index for step in steps] == list(range(32))
    assert [step.t for step in steps] == walk.visited(times).tolist() == [path.t_max, *[0.0] * 31]
    assert {step.nfe for step in steps} == {0} == {method.evaluations(PATH, DDPM(), times), walk.evaluations(times)}
    terms_add_up(steps)


def test_it_resumes_at_any_step_bit_for_bit_and_goes_on_from_what_was_painted() -> None:
    method = TotalVariation(iterations=20)
    denoiser, walk = method.posterior(PATH, NETWORK, DDPM(), painted())
    assert resume_gap(walk, denoiser, PATH) == 0
    noise, longer = Noise(sample_seeds(0, 1), (1, 8, 8)), method.changed(iterations=600, weight=0.05)
    _, walk = longer.posterior(PATH, NETWORK, DDPM(), painted())
    plain, other = (last(walk(PATH, denoiser, x, TIMES, noise=noise, start=5)).x
                    for x in (torch.zeros(1, 1, 8, 8), noise.initial()))
    torch.testing.assert_close(plain, other, rtol=0, atol=1e-3)


def test_the_weight_is_chosen_by_the_noise() -> None:
    assert TotalVariation().weight_for(0.25) == pytest.approx(0.2)
    assert TotalVariation().weight_for(0.0) == 0.004
    assert TotalVariation(weight=0.3).weight_for(0.25) == 0.3


def test_it_takes_noise_off_a_picture_of_plateaus() -> None:
    """To an eighth of its power, by the weight that it chooses."""
    clean = -torch.ones(1, 1, 24, 24)
    clean[..., 6:18, 8:20] = 0.5
    y = clean + 0.2 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(0))
    denoiser, walk = TotalVariation().posterior(PATH, NETWORK, DDPM(), Measurement(seen((1, 24, 24)), y, 0.2))
    noise = Noise(sample_seeds(0, 1), (1, 24, 24))
    found = last(walk(PATH, denoiser, noise.initial(), TIMES, noise=noise)).x
    assert float((found - clean).square().mean()) < 0.2**2 / 8
