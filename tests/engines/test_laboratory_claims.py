"""Claims on the posterior laboratory hold, and each sees an error that is planted."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks import laboratory_claims
from engines.checks.claim import measured
from engines.checks.laboratory_claims import gaussian_claims, mixture_claims
from engines.denoiser import Denoiser
from engines.inverse.base import Measurement
from engines.inverse.dps import DPS
from engines.inverse.pigdm import PiGDM
from engines.process.paths import Path
from engines.samplers.base import Sampler


def test_pigdm_is_exact_on_gaussian_priors() -> None:
    for claim in measured(gaussian_claims()):
        assert claim.ok, claim


def test_the_constant_covariance_is_found_out_on_a_tilted_gaussian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laboratory_claims, "EXACT", PiGDM())
    *_, estimate = measured(list(gaussian_claims())[2:])
    assert not estimate.ok


def test_samples_of_the_prior_have_neither_its_mean_nor_its_covariance(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_known(_self: object, _path: Path, denoiser: Denoiser, sampler: Sampler, _measurement: Measurement,
                      ) -> tuple[Denoiser, Sampler]:
        return denoiser, sampler

    monkeypatch.setattr(PiGDM, "posterior", nothing_known)
    assert not any(claim.ok for claim in measured(gaussian_claims()))


def test_the_best_method_leaves_dps_behind_and_dps_itself_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    plane, _ = mixture_claims()
    assert plane.measure().ok
    monkeypatch.setattr(laboratory_claims, "TDS", DPS)
    plane, _ = mixture_claims()
    assert not plane.measure().ok


def test_a_wrong_posterior_is_far_from_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the truth is another one than the method is given, its distance is no better than that of DPS."""
    right = MixtureDenoiser.__init__

    def shifted(self: MixtureDenoiser, mixture: object, path: Path) -> None:
        right(self, mixture, path)  # type: ignore[arg-type]
        self.mixture = type(self.mixture)(self.mixture.weights, self.mixture.means + torch.tensor(3.0),
                                          self.mixture.covariances)

    monkeypatch.setattr(MixtureDenoiser, "__init__", shifted)
    plane, _ = mixture_claims()
    assert not plane.measure().ok


def test_on_patches_the_best_leaves_dps_behind_and_the_prior_alone_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the best method forgets the measurement, so that its samples are those of the prior."""
    _, patches = mixture_claims()
    assert patches.measure().ok

    def nothing_known(_self: object, _path: Path, denoiser: Denoiser, sampler: Sampler, _measurement: Measurement,
                      ) -> tuple[Denoiser, Sampler]:
        return denoiser, sampler

    monkeypatch.setattr(PiGDM, "posterior", nothing_known)
    _, patches = mixture_claims()
    assert not patches.measure().ok
