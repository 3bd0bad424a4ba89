"""The line “inverse”: what is compared, how it is judged, and what is said where a side cannot be had."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.benchmarks import restoring
from engines.benchmarks.damages import DAMAGES, OTHERS
from engines.benchmarks.deepinv_peer import Asked
from engines.benchmarks.restoring import DIGITS, PHOTOS, WAYS, Both, Problem, Restored
from engines.checkpoint import load_model
from engines.device import device
from engines.metrics.pictures import psnr
from engines.model_list import BUNDLED
from workbench.bench.line import Settings, lines
from workbench.bench.lines import inverse
from workbench.bench.lines.inverse import DEEPINV, Inverse, about_data, about_operators
from workbench.bench.peer import DIFFUSERS, NoPeer

TRUTH = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0)) * 2 - 1


def problems() -> list[Problem]:
    return restoring.problems({DIGITS: TRUTH})


def both(which: int, ours: float, theirs: float, classical: float = 10.0) -> Both:
    """All methods alike, but that the last of ours, which has no counterpart, is as good as `ours`."""
    mine = {way.name: Restored(20.0, 0.01, 20) for way in WAYS[:-1]} | {WAYS[-1].name: Restored(ours, 0.01, 20)}
    peer = {way.peer: Restored(theirs, 0.02, 20) for way in WAYS if way.peer}
    return Both(problems()[which], mine, peer, classical)


def test_every_damage_has_two_levels_of_noise() -> None:
    found = problems()
    assert [one.which for one in found] == list(range(2 * len(DAMAGES)))
    assert len({one.title for one in found}) == len(found)
    assert {round(one.measurement.noise * 127.5) for one in found} == {5, 25}
    for one in found:
        assert one.exported.about["noise"] == one.measurement.noise / 2, "deepinv’s pictures are from 0 to 1"


def test_what_the_peer_is_told_is_the_same_problem() -> None:
    """Measurements of pictures from 0 to 1: A x there and (y + A 1)/2 are the same but for noise of half the size."""
    for one in problems():
        operator, told = one.measurement.linear, one.exported.arrays
        torch.testing.assert_close(told["x"], (TRUTH + 1) / 2)
        noise = told["y"] - operator.forward(told["x"])
        torch.testing.assert_close(2 * noise, one.measurement.residual(TRUTH), rtol=0, atol=1e-5)


def test_kernels_and_masks_are_those_of_the_operators() -> None:
    """By definition: y at a pixel is the sum of the kernel times the pixels against its direction, around the edges."""
    for damage in (*DAMAGES, *OTHERS):
        operator = damage.operator((1, 16, 16))
        x = torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
        told = damage.exported(operator, x, operator.forward(x))
        if "kernel" in told.arrays:
            kernel, step = told.arrays["kernel"].double(), int(str(told.about["factor"]))
            spread = torch.zeros_like(x)
            for (row, column), weight in np.ndenumerate(kernel.numpy()):
                spread += float(weight) * x.roll((row - kernel.shape[0] // 2, column - kernel.shape[1] // 2), (2, 3))
            expected = spread[..., ::step, ::step]
        elif told.about["kind"] == "frequencies":
            mask = told.arrays["mask"].numpy()
            expected = torch.as_tensor(np.fft.ifft2(np.fft.fft2(x.numpy()) * mask))
            assert float(expected.imag.abs().max()) < 1e-12, "the negative of each frequency is measured too"
            torch.testing.assert_close(operator.adjoint(operator.forward(x)), expected.real)
            continue
        else:
            expected = told.arrays["mask"] * x
        torch.testing.assert_close(operator.forward(x), expected, rtol=0, atol=1e-6)


def test_the_peer_asks_our_network() -> None:
    """x + noise from 0 to 1 is a state of our path; of no noise nothing is asked."""
    model = load_model(BUNDLED / "digits.safetensors", device("cpu"))
    asked, t = Asked(model), torch.tensor(0.3, dtype=torch.float64)
    x = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(2))
    kappa = float(model.path.kappa(t))
    expected = model.denoiser(model.path.alpha(t).float() * (2 * x - 1), t)
    with torch.no_grad():
        torch.testing.assert_close(asked(x, kappa / 2), (expected + 1) / 2, rtol=0, atol=1e-4)
    assert asked(x, torch.zeros(2)) is x
    assert asked.calls == 1


def test_a_result_is_judged_by_its_mean_psnr(tmp_path: Path) -> None:
    one = problems()[0]
    np.savez(tmp_path / restoring.RESULT, x=((TRUTH + 1) / 2 + 0.1).numpy(), calls=20)
    found = restoring.by_peer(tmp_path, one, 0.5)
    expected = psnr((TRUTH + 0.2).clamp(-1, 1), TRUTH, 2.0).mean()
    assert (found.psnr, found.seconds, found.calls) == (pytest.approx(float(expected), abs=1e-4), 0.5, 20)


def test_an_operator_that_is_off_is_seen(tmp_path: Path) -> None:
    one = problems()[4]
    operator, told = one.measurement.linear, one.exported.arrays
    forward, adjoint = operator.forward(told["x"]), operator.adjoint(told["y"])
    for off in (0.0, 0.25):
        np.savez(tmp_path / restoring.RESULT, forward=forward.numpy(), adjoint=((1 + off) * adjoint).numpy())
        assert restoring.difference(tmp_path, one) == pytest.approx(off, abs=1e-6)


def test_goals_are_in_decibels() -> None:
    """Ratios of errors: 20·log10 of the goal is what PSNRs may differ by."""
    figures = {one.name.rpartition(": ")[2]: one for one in about_data(DIGITS, [both(0, 25, 20), both(1, 25, 24.9)])}
    lead, short = figures["half of the pixels, noise of 5, best"], figures["half of the pixels, noise of 25, best"]
    assert (lead.ok, short.ok) == (True, False)
    assert 20 * math.log10(lead.ratio) == pytest.approx(-5)
    assert 20 * math.log10(lead.goal) == pytest.approx(-0.3, abs=1e-3)
    assert "+5.00 dB apart" in lead.note
    shared = figures["DDRM for few calls beside its counterpart"]
    assert 20 * math.log10(shared.ratio) == pytest.approx(4.9), "the worst of both"
    assert 20 * math.log10(shared.goal) == pytest.approx(0.1, abs=1e-3)
    assert not shared.ok
    assert figures["DDRM for few calls, seconds per call"].ratio == 0.5
    assert figures["best beside total variation"].ok


def test_the_operator_that_differs_most_is_named() -> None:
    found = about_operators({"a": 1e-7, "b": 1e-4}, "0.5.0")
    assert (found.ok, found.ours) == (False, 1e-4)
    assert "of deepinv 0.5.0, in “b”; 2 were compared" in found.note


def test_a_peer_that_cannot_be_had_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Path:
        raise NoPeer("deepinv could not be installed.")

    monkeypatch.setattr(inverse, "peer_python", refused)
    (line,) = lines("inverse")
    assert isinstance(line, Inverse)
    (found,) = line.measure(Settings(1, None, lambda _: None))
    assert (found.ok, found.note) == (False, "deepinv could not be installed.")
    assert DEEPINV.home != DIFFUSERS.home


def test_digits_are_compared_where_there_is_no_model_of_photographs() -> None:
    models, absent = restoring.priors("nowhere")
    assert list(models) == [DIGITS]
    assert "“nowhere”" in absent


def test_photographs_are_cut_from_the_middle_at_half_their_size() -> None:
    plain = np.full((300, 400, 3), 255, np.uint8)
    plain[:86], plain[214:], plain[:, :136], plain[:, 264:] = 0, 0, 0, 0
    found = restoring.cut(plain)
    assert tuple(found.shape) == (3, 64, 64)
    assert float(found[:, 2:-2, 2:-2].min()) == 1


def test_problems_are_written_for_the_peer(tmp_path: Path) -> None:
    model = load_model(BUNDLED / "digits.safetensors", device("cpu"))
    restoring.write_about(tmp_path, {DIGITS: model}, 1)
    about: dict[str, Any] = json.loads((tmp_path / restoring.ABOUT).read_text(encoding="utf-8"))
    assert about["models"] == {DIGITS: str(model.file)}
    assert about["photographs"] == []
    found = [*problems(), *restoring.operator_problems(8, TRUTH)]
    restoring.write_problems(tmp_path, found)
    assert json.loads((tmp_path / "problem-10.json").read_text(encoding="utf-8"))["model"] == restoring.OPERATORS
    with np.load(tmp_path / "problem-3.npz", allow_pickle=False) as stored:
        assert sorted(stored.files) == ["mask", "x", "y"]
    assert set(restoring.truths(tmp_path, [DIGITS])) == {DIGITS}
    assert PHOTOS not in restoring.truths(tmp_path, [DIGITS])
