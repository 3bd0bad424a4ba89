"""Each claim on expectation–maximisation fails where a step, or the mixture as a network, is wrong in just that."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
import torch
from torch import Tensor

from engines.checks import expectation_claims, scikit_claims
from engines.checks.claim import Statement, measured
from engines.checks.expectation_claims import bound_claims, network_claims, single_claim
from engines.checks.registry import fitting, groups
from engines.checks.scikit_claims import peer_claims
from engines.mixture import Mixture
from engines.networks.mixture import MixtureNetwork
from engines.representation import em as engine
from engines.representation.covariances import Covariances, Diagonal, Spherical, Tied, covariances
from engines.representation.em import EM, EMStep

SHORT = {"iterations": 4, "tolerance": 0.0}


class _Unbiased(EM):
    """Covariances over N − K, as those of samples are, for the Gaussian of maximum likelihood."""

    def _maximised(self, data: Tensor, q: Tensor, joint: Tensor,
                   numbers: tuple[int, ...]) -> tuple[Mixture, Tensor, tuple[int, ...], str]:
        mixture, q, numbers, note = super()._maximised(data, q, joint, numbers)
        wider = mixture.covariances * (len(data) / (len(data) - len(numbers)))
        return Mixture(mixture.weights, mixture.means, wider), q, numbers, note


class _FarTooWide(EM):
    """An M step that does not raise the bound."""

    def _maximised(self, data: Tensor, q: Tensor, joint: Tensor,
                   numbers: tuple[int, ...]) -> tuple[Mixture, Tensor, tuple[int, ...], str]:
        mixture, q, numbers, note = super()._maximised(data, q, joint, numbers)
        return Mixture(mixture.weights, mixture.means, 3 * mixture.covariances), q, numbers, note


def _failed(claims: Iterable[Statement]) -> set[str]:
    return {claim.name.partition(": ")[2] for claim in measured(claims) if not claim.ok}


def test_all_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expectation_claims, "ITERATIONS", 4)
    found = list(expectation_claims.claims())
    assert not _failed(found)
    assert len(found) > 10


def test_scikit_learn_agrees_and_where_it_is_not_installed_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [claim.ok for claim in measured(scikit_claims.claims())] == [True] * 3 * len(covariances())
    monkeypatch.setattr(scikit_claims.importlib.util, "find_spec", lambda _name: None)
    (group,) = groups("scikit")
    assert not list(fitting(group))
    assert group.absent.startswith("scikit-learn is not installed")


def test_a_step_that_maximises_nothing_is_found() -> None:
    assert {"the log-likelihood falls in no half step",
            "the bound falls in no half step"} <= _failed(bound_claims(_FarTooWide(**SHORT)))


def test_covariances_of_samples_are_no_maximum() -> None:
    wrong = _failed(peer_claims(_Unbiased(**SHORT)))
    assert wrong >= {f"weights, means and {kind} covariances are scikit-learn’s" for kind in covariances()}
    assert wrong >= {f"the log-likelihood of a point is scikit-learn’s, {kind}" for kind in covariances()}
    assert not single_claim(_Unbiased(**SHORT)).measure().ok


def _stale(real: Callable[..., EMStep]) -> Callable[..., EMStep]:
    """Shares of equal size for those of the E step."""
    def step(index: int, half: engine.Half, mixture: Mixture, q: Tensor, *rest: object, **more: object) -> EMStep:
        return real(index, half, mixture, torch.full_like(q, 1 / q.shape[1]), *rest, **more)
    return step


def test_shares_that_are_no_posterior_leave_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_step", _stale(engine._step))
    assert "the gap after an E step is 0" in _failed(bound_claims(EM(**SHORT)))


def test_a_bound_without_the_entropy_is_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    real = engine._step

    def step(*args: object, **more: object) -> EMStep:
        found = real(*args, **more)  # type: ignore[arg-type]
        entropy = -float(torch.special.xlogy(found.shares, found.shares).sum())
        return EMStep(found.index, found.half, found.mixture, found.shares, found.log_likelihood,
                      found.bound + 2 * entropy, found.numbers)

    monkeypatch.setattr(engine, "_step", step)
    assert {"the bound lies above the log-likelihood nowhere",
            "the gap is the divergence of the shares from the posterior"} <= _failed(bound_claims(EM(**SHORT)))


def test_a_network_that_forgets_the_scale_of_its_path_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forward(self: MixtureNetwork, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        at = t.double()
        return self.mixture.denoise(x, self.path.alpha(at), self.path.sigma(at), cond).to(x.dtype)

    monkeypatch.setattr(MixtureNetwork, "forward", forward)
    broken = {claim.name.partition(":")[0] for claim in measured(network_claims()) if not claim.ok}
    assert {"ve", "straight"} <= broken
    assert "vp-cosine" not in broken  # its scale is 1


@pytest.mark.parametrize(("kind", "wrong"), [
    # the largest variance instead of their mean; a mean of all alike; the diagonal left as it is
    (Spherical, lambda weights, full: full.diagonal(dim1=1, dim2=2).amax(1)[:, None, None] * torch.eye(2)),
    (Tied, lambda weights, full: full.mean(0).expand(full.shape)), (Diagonal, lambda weights, full: full)])
def test_a_wrong_member_of_a_family_is_found(monkeypatch: pytest.MonkeyPatch, kind: type[Covariances],
                                             wrong: Callable[[Tensor, Tensor], Tensor]) -> None:
    monkeypatch.setattr(kind, "likeliest", lambda _self, weights, full: wrong(weights, full))
    assert f"weights, means and {kind.name} covariances are scikit-learn’s" in _failed(peer_claims(EM(**SHORT)))


@pytest.mark.parametrize("kind", covariances().values())
def test_a_wrong_count_of_free_numbers_is_found(monkeypatch: pytest.MonkeyPatch, kind: type[Covariances]) -> None:
    monkeypatch.setattr(kind, "free", lambda _self, components, dimension: components * dimension + 1)
    assert _failed(peer_claims(EM(**SHORT))) == {f"BIC is scikit-learn’s, {kind.name}"}
