"""Every registered degradation, as an operator on small samples, against its own dense matrix."""

from __future__ import annotations

from functools import cache

import pytest
import torch
from torch import Tensor

from engines.checks.claim import measured
from engines.checks.oracle_claims import operator_claims
from engines.errors import BadInput
from engines.operators.base import NEGLIGIBLE, LinearOperator, Operator, Spectrum, degradations
from engines.operators.solve import TOLERANCE
from tests.engines.other_device import ELSEWHERE, OtherDevice

SHAPES = ((1, 8, 8), (3, 8, 12), (4, 16, 8))
RIDGE = 0.3
EXACT = 1e-9  # relative, of what is known in closed form
SMALL = NEGLIGIBLE**0.5  # share of the largest singular value below which one counts as 0


@cache
def made(name: str, shape: tuple[int, ...]) -> Operator | str:
    """The operator by its defaults, or the sentence in which it refuses the shape."""
    try:
        return degradations()[name].example(shape, seed=5)
    except BadInput as error:
        return str(error)


EVERY = [(name, shape) for name in degradations() for shape in SHAPES if not isinstance(made(name, shape), str)]
LINEAR = [case for case in EVERY if degradations()[case[0]].linear]
SPECTRAL = [case for case in LINEAR if degradations()[case[0]].spectral]
CURVED = [case for case in EVERY if not degradations()[case[0]].linear]


def operator_of(name: str, shape: tuple[int, ...]) -> Operator:
    """That of a degradation which takes the shape."""
    operator = made(name, shape)
    assert isinstance(operator, Operator), operator
    return operator


def linear(name: str, shape: tuple[int, ...]) -> LinearOperator:
    """That of a linear degradation."""
    operator = operator_of(name, shape)
    assert isinstance(operator, LinearOperator)
    return operator


@cache
def matrix(name: str, shape: tuple[int, ...]) -> Tensor:
    """A, (numbers out, numbers in)."""
    return linear(name, shape).dense()


@cache
def decomposed(name: str, shape: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
    """U, the singular values that count, and Vᵀ with every row, of A = U S Vᵀ."""
    left, values, rows = torch.linalg.svd(matrix(name, shape))
    values = values[values > SMALL * values.max()]
    return left[:, :len(values)], values, rows


def drawn(shape: tuple[int, ...], count: int = 3, seed: int = 0) -> Tensor:
    """Normal numbers (count, *shape)."""
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def picture(shape: tuple[int, ...]) -> Tensor:
    """Two samples within [−1, 1]."""
    return drawn(shape, 2).tanh()


def spectrum_of(name: str, shape: tuple[int, ...]) -> Spectrum:
    """That of a spectral one."""
    spectrum = linear(name, shape).spectrum()
    assert spectrum is not None
    return spectrum


def apart(ours: Tensor, theirs: Tensor) -> float:
    """‖ours − theirs‖, beside ‖theirs‖ where that is above 0."""
    gap, size = (float(v.abs().square().sum().sqrt()) for v in (ours - theirs, theirs))
    return gap / size if size else gap


@pytest.mark.parametrize("name", degradations())
def test_three_channels_of_8_by_8_px_are_never_refused(name: str) -> None:
    """What the claims and previews ask for."""
    assert operator_of(name, (3, 8, 8)).shape_in == (3, 8, 8)


@pytest.mark.parametrize("name", degradations())
@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_refused_in_a_sentence_with_a_figure(name: str, shape: tuple[int, ...]) -> None:
    refusal = made(name, shape)
    if isinstance(refusal, str):
        assert refusal.endswith(".")
        assert "\n" not in refusal
        assert any(sign.isdigit() for sign in refusal), refusal


def test_the_claims_on_operators_hold() -> None:
    claims = list(measured(operator_claims()))
    operators = [operator_of(name, (3, 8, 8)) for name in degradations()]
    assert len(claims) == sum(operator.linear + operator.consistent for operator in operators)
    assert [str(claim) for claim in claims if not claim.ok] == []


@pytest.mark.parametrize(("name", "shape"), EVERY)
def test_shapes_dtypes_and_seeds(name: str, shape: tuple[int, ...]) -> None:
    operator = operator_of(name, shape)
    assert operator.linear is isinstance(operator, LinearOperator) is degradations()[name].linear
    assert operator.shape_in == shape
    for x in (picture(shape), picture(shape).float()):
        y = operator.forward(x)
        back = operator.pinv(y)
        assert (tuple(y.shape), y.dtype) == ((2, *operator.shape_out), x.dtype)
        assert (tuple(back.shape), back.dtype) == ((2, *shape), x.dtype)
    again = degradations()[name].example(shape, seed=5)
    assert torch.equal(again.forward(picture(shape)), operator.forward(picture(shape)))


@pytest.mark.parametrize(("name", "shape"), EVERY)
def test_samples_do_not_see_each_other(name: str, shape: tuple[int, ...]) -> None:
    operator = operator_of(name, shape)
    x = picture(shape)
    y = operator.forward(x)
    alone = torch.cat([operator.forward(x[k:k + 1]) for k in range(2)])
    torch.testing.assert_close(y, alone, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", degradations())
def test_no_operator_needs_float64_on_the_device(name: str) -> None:
    """What it holds is brought to the device and the dtype of its argument."""
    operator = operator_of(name, (3, 8, 8))
    with OtherDevice():
        x = picture(operator.shape_in).float().to(ELSEWHERE.torch)
        y = operator.forward(x)
        found = [y, operator.pinv(y), operator.blend(x, -x)]
        if isinstance(operator, LinearOperator):
            found += [operator.adjoint(y), operator.solve(y, RIDGE), operator.prox(x, y, RIDGE)]
        assert all(one.device == ELSEWHERE.torch and one.dtype == torch.float32 for one in found)


@pytest.mark.parametrize(("name", "shape"), CURVED)
def test_what_is_not_linear_can_be_differentiated_and_undone(name: str, shape: tuple[int, ...]) -> None:
    """Its gradient is finite and sees the sample; its pseudo-inverse is measured as the sample was, or nearly so."""
    operator = operator_of(name, shape)
    x = picture(shape).requires_grad_()
    y = operator.forward(x)
    (gradient,) = torch.autograd.grad(y.square().sum(), x)
    assert bool(gradient.isfinite().all())
    assert float(gradient.abs().max()) > 0
    y = y.detach()
    # what is searched for or regularised comes nearer than the plain grey that it might begin with
    bound = EXACT if operator.consistent else 0.5 * apart(operator.forward(torch.zeros_like(x)), y)
    assert apart(operator.forward(operator.pinv(y)), y) <= bound


@pytest.mark.parametrize(("name", "shape"), LINEAR)
def test_the_matrix_acts_as_the_operator_and_its_transpose_as_the_adjoint(name: str, shape: tuple[int, ...]) -> None:
    a, m = linear(name, shape), matrix(name, shape)
    x, y = drawn(a.shape_in), drawn(a.shape_out, seed=1)
    assert apart(a.forward(x).flatten(1), x.flatten(1) @ m.T) <= EXACT
    assert apart(a.adjoint(y).flatten(1), y.flatten(1) @ m) <= EXACT
    seen, back = (a.forward(x) * y).flatten(1).sum(1), (x * a.adjoint(y)).flatten(1).sum(1)
    torch.testing.assert_close(seen, back, rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize(("name", "shape"), LINEAR)
def test_the_gradient_by_autograd_is_the_adjoint(name: str, shape: tuple[int, ...]) -> None:
    a = linear(name, shape)
    x, y = drawn(a.shape_in).requires_grad_(), drawn(a.shape_out, seed=1)
    (gradient,) = torch.autograd.grad((a.forward(x) * y).sum(), x)
    assert apart(gradient, a.adjoint(y)) <= EXACT


@pytest.mark.parametrize(("name", "shape"), LINEAR)
def test_the_pseudo_inverse_is_that_of_the_matrix(name: str, shape: tuple[int, ...]) -> None:
    """Of a closed form for every y; else for one that a sample has, as near as conjugate gradients stop."""
    a, (left, values, rows) = linear(name, shape), decomposed(name, shape)
    spectral = degradations()[name].spectral
    for y in [a.forward(drawn(a.shape_in)), *[drawn(a.shape_out)] * spectral]:
        exact = (y.flatten(1) @ left / values) @ rows[:len(values)]
        # rounding grows by the condition, and the tolerance of the gradient by its square
        bound = 1e-7 if spectral else TOLERANCE * float(values[0] / values[-1]) ** 2
        assert apart(a.pinv(y).flatten(1), exact) <= bound


@pytest.mark.parametrize(("name", "shape"), LINEAR)
def test_ridge_and_proximal_solutions_are_those_of_the_matrix(name: str, shape: tuple[int, ...]) -> None:
    """Within what the tolerance of the residual leaves: an inverse with a ridge stretches by 1/ridge at most."""
    a, m = linear(name, shape), matrix(name, shape)
    x, y = drawn(a.shape_in), drawn(a.shape_out, seed=1)
    share = EXACT if degradations()[name].spectral else 1.01 * TOLERANCE / RIDGE
    exact = torch.linalg.solve(m @ m.T + RIDGE * torch.eye(len(m), dtype=m.dtype), y.flatten(1).T).T
    assert float((a.solve(y, RIDGE).flatten(1) - exact).norm()) <= share * float(y.norm())
    gram, right = m.T @ m + RIDGE * torch.eye(m.shape[1], dtype=m.dtype), y.flatten(1) @ m + RIDGE * x.flatten(1)
    nearest = torch.linalg.solve(gram, right.T).T
    longest = float(decomposed(name, shape)[1][0] * (y - a.forward(x)).norm())
    assert float((a.prox(x, y, RIDGE).flatten(1) - nearest).norm()) <= share * max(longest, 1)


@pytest.mark.parametrize(("name", "shape"), LINEAR)
def test_a_blend_is_seen_as_what_is_known_and_keeps_what_is_not_seen(name: str, shape: tuple[int, ...]) -> None:
    a, (_, values, rows) = linear(name, shape), decomposed(name, shape)
    known, x = drawn(a.shape_in), drawn(a.shape_in, seed=1)
    bound = EXACT if degradations()[name].spectral else TOLERANCE * float(values[0] / values[-1])
    blend = a.blend(known, x)
    assert apart(a.forward(blend), a.forward(known)) <= bound
    assert float(((blend - x).flatten(1) @ rows[len(values):].T).norm()) <= bound * float(x.norm())


@pytest.mark.parametrize("name", [name for name, kind in degradations().items() if kind.linear])
def test_a_spectrum_is_known_where_it_is_said_to_be(name: str) -> None:
    assert (linear(name, (3, 8, 8)).spectrum() is not None) is degradations()[name].spectral


@pytest.mark.parametrize("name", [name for name, kind in degradations().items() if not kind.linear])
def test_what_is_not_linear_has_no_spectrum(name: str) -> None:
    assert not degradations()[name].spectral


@pytest.mark.parametrize(("name", "shape"), SPECTRAL)
def test_the_basis_is_orthonormal(name: str, shape: tuple[int, ...]) -> None:
    spectrum, y = spectrum_of(name, shape), drawn(linear(name, shape).shape_out)
    coefficients = spectrum.analyse(y)
    assert apart(spectrum.synthesise(coefficients), y) <= EXACT
    norms = coefficients.flatten(1).abs().square().sum(1)
    torch.testing.assert_close(norms, y.flatten(1).square().sum(1), rtol=EXACT, atol=0)
    # as many coefficients as numbers, or as complex ones as that: none is there twice
    assert coefficients[0].numel() == y[0].numel()


@pytest.mark.parametrize(("name", "shape"), SPECTRAL)
def test_what_is_measured_of_the_adjoint_is_diagonal_in_the_basis(name: str, shape: tuple[int, ...]) -> None:
    """And the diagonal has the trace and the largest eigenvalue of the matrix."""
    spectrum, a = spectrum_of(name, shape), linear(name, shape)
    y = drawn(a.shape_out)
    coefficients = spectrum.analyse(y)
    assert spectrum.values.dtype == torch.float64
    assert float(spectrum.values.min()) >= 0
    turned = spectrum.analyse(a.forward(a.adjoint(y)))
    assert float((turned - spectrum.values * coefficients).abs().max()) <= EXACT * float(spectrum.values.max()) * 10
    whole = spectrum.values.expand(coefficients[0].shape)
    assert float(whole.sum()) == pytest.approx(float(matrix(name, shape).square().sum()), rel=EXACT)
    assert float(whole.max()) == pytest.approx(float(decomposed(name, shape)[1][0]) ** 2, rel=EXACT)
