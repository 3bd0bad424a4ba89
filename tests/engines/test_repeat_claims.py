"""Claims on repeats, batches, the papers' samplers and whole tasks each fail where just that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engines.analytic import Mixture, MixtureDenoiser
from engines.checks import oracle_claims, task_claims
from engines.checks.claim import Statement, measured
from engines.checks.oracle_claims import gaussian_claims, identity_claims, mixture_claims, small_network
from engines.checks.paper_claims import sampler_claims as paper_samplers
from engines.checks.paper_claims import schedule_claim
from engines.checks.papers import cosine_abar, linear_abar
from engines.context import Start
from engines.denoiser import Denoiser
from engines.inference import split
from engines.inverse.base import Measurement
from engines.inverse.repaint import RePaint, Repainting
from engines.networks.unet import UNet
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.recipe_png import recipe_png
from engines.samplers.base import OneStep, Sampler, Step
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.tasks.pictures import Picture

BATCHES = (1, 4)
DRAW = Noise.__call__


def failed(claims: Iterable[Statement], *words: str) -> set[str]:
    """The claims that do not hold, of those with one of these words where there are any."""
    chosen = (each for each in claims if not words or any(word in each.name for word in words))
    return {claim.name for claim in measured(chosen) if not claim.ok}


class _Faster(VPLinear):
    """Data are forgotten a hundredth faster."""

    def _integral(self, t: Tensor) -> Tensor:
        return 1.01 * super()._integral(t)


def test_another_schedule_than_the_papers_is_found_out() -> None:
    assert not schedule_claim(_Faster(), linear_abar(8)).measure().ok
    assert not schedule_claim(VPCosine(), linear_abar(8)).measure().ok
    assert schedule_claim(VPCosine(), cosine_abar(8)).measure().ok


@pytest.mark.parametrize(("kind", "count"), [(DDPM, 2), (DDIM, 3)])
def test_a_step_other_than_the_papers_is_found_out(kind: type[OneStep], count: int, monkeypatch: pytest.MonkeyPatch,
                                                   ) -> None:
    """The estimate of the data weighs a thousandth more."""
    right = kind.move
    monkeypatch.setattr(kind, "move", lambda self, path, t, s: replace(move := right(self, path, t, s),
                                                                       pull=move.pull * 1.001))
    wrong = failed(paper_samplers(VPLinear(), linear_abar(8)))
    assert len(wrong) == count
    assert {name.partition(" ")[0] for name in wrong} == {kind.name}


def test_noise_that_is_not_standard_normal_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle_claims, "exact_samplers", lambda: {"it": DDPM()})
    for wrong, title in ((lambda z: z + 0.1, "mean"), (lambda z: 1.1 * z, "covariance")):
        monkeypatch.setattr(Noise, "__call__", lambda self, n, stream=0, wrong=wrong: wrong(DRAW(self, n, stream)))
        assert failed(gaussian_claims(), "of Gaussian samples") == {f"it: {title} of Gaussian samples"}


def test_a_mixture_of_other_weights_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle_claims, "exact_samplers", lambda: {"it": DDIM()})
    monkeypatch.setattr(oracle_claims, "MixtureDenoiser", lambda data, path: MixtureDenoiser(
        Mixture(data.weights.flip(0), data.means, data.covariances), path))
    assert {"it: weight of a mode", "it: mean of a mixture"} <= failed(mixture_claims())


def _of_the_last_seed(noise: Noise, step: int, stream: int = 0) -> Tensor:
    """Noise that begins with the last seed of a batch."""
    return DRAW(noise, step, stream).flip(0)


def test_noise_that_depends_on_the_batch_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Noise, "__call__", _of_the_last_seed)
    assert failed(identity_claims(), "batch") == {f"{what} k is the same in a batch of {n} and of 16"
                                                 for what in ("sample", "noise") for n in BATCHES}
    assert failed(task_claims.claims(), "at a time") == {f"samples made {n} at a time are those made 4 at a time"
                                                        for n in (1, 16)}


class _Mixing(nn.Module):
    """Sees the mean of its batch, as batch normalisation does."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = small_network()

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        return self.inner(x, t, cond) + 0.1 * x.mean(0, keepdim=True)


def test_a_network_that_mixes_its_batch_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle_claims, "small_network", _Mixing)
    assert failed(identity_claims(), "batch") == {f"sample k is the same in a batch of {n} and of 16" for n in BATCHES}


class _FromZero(Repainting):
    """Draws as though every run, a resumed one too, began with its first draw."""

    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: object = ()) -> Iterator[Step]:
        later = _Later(noise.seeds, noise.shape, dtype=noise.dtype, start=start)
        return super().__call__(path, denoiser, x, times, noise=later, cond=cond, start=start)


class _Later(Noise):
    """Draws counted from a later one."""

    def __init__(self, *given: object, start: int, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        object.__setattr__(self, "start", start)

    def __call__(self, step: int, stream: int = 0) -> Tensor:
        return Noise.__call__(self, step - self.start, stream)  # type: ignore[attr-defined]


def test_repaint_that_draws_other_noise_when_it_is_resumed_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def posterior(self: RePaint, _path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        assert isinstance(sampler, OneStep)
        return denoiser, _FromZero(inner=sampler, measurement=measurement, jump=self.jump, resample=self.resample)

    monkeypatch.setattr(RePaint, "posterior", posterior)
    assert failed(identity_claims(), "repaint: resumed") == {"repaint: resumed at any step, bit for bit"}


def test_a_recipe_of_another_seed_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_claims, "recipe_png", lambda pixels, recipe: recipe_png(
        pixels, recipe.with_options({"seed": 4})))
    assert failed(task_claims.claims(), "recipe") == {"the recipe in an exported PNG repeats the run to the bit"}


def test_a_picture_without_its_recipe_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_claims, "recipe_of", lambda _picture: None)
    assert failed(task_claims.claims(), "recipe") == {"the recipe in an exported PNG repeats the run to the bit"}


def test_a_state_that_is_kept_with_less_precision_ends_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_claims, "Start", lambda index, x: Start(index, x.astype("float16").astype("float32")))
    assert failed(task_claims.claims(), "resumed") == {
        "a run resumed at step 3 of 6 ends in the same samples to the bit"}


def test_a_hole_that_is_filled_beyond_its_edge_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Picture.pasted
    monkeypatch.setattr(Picture, "pasted", lambda self, sample, mask: right(self, sample, np.roll(mask, 1, 0)))
    assert failed(task_claims.claims(), "inpainted") == {"known pixels of an inpainted picture that changed"}


def test_a_network_that_is_folded_wrongly_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    right = split.folded

    def off(network: UNet) -> UNet:
        fast = right(network)
        with torch.no_grad():
            for weights in fast.up.parameters():
                weights.mul_(1.001)
        return fast

    monkeypatch.setattr(split, "folded", off)
    assert failed(task_claims.claims(), "faster") == {"the faster network agrees with the plain one"}
