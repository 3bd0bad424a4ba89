"""The sizes that equation and plots show, computed again from what a run recorded, by the formula as it is printed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.events import Opened, Stepped
from engines.process.paths import paths
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.base import Step
from engines.trajectory import Trajectory
from tests.engines.small import SIZE, attachments, context, events, picture, save_small
from workbench.frames import CHANGE, NOISE, PULL, SCORE, STATE, frames, painted_on

ROOT = Path(__file__).resolve().parents[2]


def recorded(folder: Path, task: str, options: Mapping[str, Any]) -> tuple[Opened, Trajectory]:
    """A run of the small model, as it is recorded."""
    save_small(folder)
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[2:6, 2:6] = 1
    files = attachments(picture(SIZE, SIZE), mask) if task != "generate" else {}
    found = events(task, {"count": 2, "seed": 3, **options}, context(folder, files))
    opened = next(e for e in found if isinstance(e, Opened))
    run = Trajectory(opened.shape, opened.total)
    for event in found:
        if isinstance(event, Stepped):
            run.append(event.step, event.curves)
    return opened, run


def size(x: np.ndarray) -> np.ndarray:
    """L2 norm of every sample."""
    return np.sqrt((x.astype(np.float64) ** 2).sum(axis=(1, 2, 3)))


def ddim(opened: Opened, run: Trajectory, i: int, eta: float) -> tuple[np.ndarray, float, float]:
    """α_s x̂₀ + √(σ_s² − v) ε̂ − x_t of the plain estimate, ∂x_s/∂x̂₀, and √v."""
    (a_t, a_s), (s_t, s_s) = opened.alpha[i:i + 2], opened.sigma[i:i + 2]
    v = eta**2 * (s_t**2 - (a_t / a_s) ** 2 * s_s**2) * (s_s / s_t) ** 2
    root = np.sqrt(max(s_s**2 - v, 0))
    factor = a_s - root * a_t / s_t
    pull = run.delta("guidance", i)
    x, x0 = run.x(i), run.x0(i) - (0 if pull is None else pull / factor)
    return a_s * x0 + root * (x - a_t * x0) / s_t - x, factor, float(np.sqrt(v))


@pytest.mark.parametrize("label", ["each", "free"])
def test_ddim_with_guidance(tmp_path: Path, label: str) -> None:
    """Δx is the sum of the coloured terms, and each size is the norm of its term."""
    options = {"steps": 6, "label": label, "guidance": 3.0, "sampler": {"name": "ddim", "eta": 0.7}}
    opened, run = recorded(tmp_path, "generate", options)
    for i in range(run.last):
        prior, _, _ = ddim(opened, run, i, 0.7)
        guidance = run.delta("guidance", i)
        rest = run.x(i + 1) - run.x(i) - prior - (0 if guidance is None else guidance)
        np.testing.assert_allclose(run.terms["prior"][i], size(prior), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(run.terms["noise"][i], size(rest), rtol=1e-3, atol=1e-4)
        if guidance is not None:
            np.testing.assert_allclose(run.terms["guidance"][i], size(guidance), rtol=1e-5)
    assert all(np.isnan(values[-1]).all() for values in run.terms.values())


def test_repaint_down_and_up(tmp_path: Path) -> None:
    """Down, the known pixels add w ⊙ (x_s known − x_s); back up, the prior term is (α_s/α_t − 1) x_t."""
    options = {"steps": 6, "method": {"name": "repaint", "jump": 2, "resample": 2}, "sampler": {"name": "ddim"}}
    opened, run = recorded(tmp_path, "inpaint", options)
    ups = 0
    for i in range(run.last):
        known = run.delta("likelihood", i)
        assert known is not None
        if opened.times[i + 1] > opened.times[i]:
            ups += 1
            prior = (opened.alpha[i + 1] / opened.alpha[i] - 1) * run.x(i)
        else:
            prior, _, _ = ddim(opened, run, i, 0.0)
        rest = run.x(i + 1) - run.x(i) - prior - known
        np.testing.assert_allclose(run.terms["prior"][i], size(prior), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(run.terms["likelihood"][i], size(known), rtol=1e-5)
        np.testing.assert_allclose(run.terms["noise"][i], size(rest), rtol=1e-3, atol=2e-4)
    assert ups


def test_dps_pushes_the_move(tmp_path: Path) -> None:
    """The pull of the known pixels is one term of Δx; the estimate stays the model's own."""
    options = {"steps": 6, "method": {"name": "dps", "zeta": 2.0}, "sampler": {"name": "ddim"}}
    opened, run = recorded(tmp_path, "inpaint", options)
    for i in range(run.last):
        prior, _, _ = ddim(opened, run, i, 0.0)
        pull = run.delta("likelihood", i)
        assert pull is not None
        np.testing.assert_allclose(run.x(i + 1) - run.x(i), prior + pull, rtol=0, atol=1e-4)
        np.testing.assert_allclose(run.terms["prior"][i], size(prior), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(run.terms["likelihood"][i], size(pull), rtol=1e-5)


def test_the_score_is_the_gradient_of_the_log_density(tmp_path: Path) -> None:
    """−ε̂/σ at every step with noise, by the run's own path; the pull is a view of its own."""
    opened, run = recorded(tmp_path, "generate", {"steps": 4, "guidance": 3.0})
    x, x0, alpha, sigma = run.x(2), run.x0(2), opened.alpha[2], opened.sigma[2]
    shown, noise = frames(run, opened, 2, SCORE), frames(run, opened, 2, NOISE)
    assert shown is not None
    assert noise is not None
    score = (alpha * x0 - x) / sigma**2
    np.testing.assert_allclose(shown, score / np.abs(score).max(), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(noise, -sigma * score / 3, rtol=1e-4, atol=1e-4)
    assert shown.dtype == noise.dtype == np.float32
    # the finished samples hold no noise, and nothing pulls them: the last move is shown, as by Change
    for view in (SCORE, NOISE, PULL, CHANGE):
        last, before = frames(run, opened, 4, view), frames(run, opened, 3, view)
        assert last is not None
        np.testing.assert_array_equal(last, before)
    # a branch from the end has that step alone
    lone = Trajectory(run.shape, run.total)
    lone.append(Step(4, 4, 0.0, torch.tensor(run.x(4)), torch.tensor(run.x0(4)), 0, {}), {})
    assert [frames(lone, opened, 4, view) for view in (SCORE, NOISE, PULL)] == [None, None, None]
    pull, guidance = frames(run, opened, 2, PULL), run.delta("guidance", 2)
    assert pull is not None
    assert guidance is not None
    np.testing.assert_allclose(pull, guidance / np.abs(guidance).max(), rtol=1e-5)


@pytest.mark.parametrize("name", sorted(paths()))
def test_states_are_seen_at_the_size_of_a_picture_on_any_path(tmp_path: Path, name: str) -> None:
    """As alpha·x0 + sigma·eps over the root of the summed squares; to the bit as recorded where variance is kept."""
    opened, run = recorded(tmp_path, "noise", {"size": 16, "steps": 4, "path": name})
    for i in range(run.last + 1):
        shown = frames(run, opened, i, STATE)
        assert shown is not None
        assert shown.dtype == run.x(i).dtype
        scale = np.sqrt(opened.alpha[i] ** 2 + opened.sigma[i] ** 2)
        np.testing.assert_allclose(shown * scale, run.x(i), rtol=1e-6, atol=1e-6)
        if name.startswith("vp-"):
            np.testing.assert_array_equal(shown, run.x(i))
    end = frames(run, opened, run.last, STATE)
    assert end is not None
    assert 0.85 < float(end.std()) < 1.15  # nothing but noise
    assert float(run.x(run.last).std()) > 80 or name != "ve"  # which on this path is far larger


def test_paint_is_laid_on_a_state_as_it_is_seen() -> None:
    """White is 1 of a picture, so the state's own size of the state; pixels without paint keep their bits."""
    state = np.array([[[-250.3, 0.1], [33.3, 7.7]]], np.float32)

    def white(seen: np.ndarray) -> np.ndarray:
        np.testing.assert_allclose(seen, state / 100, rtol=1e-6)
        return np.where([[[True, False], [False, False]]], np.float32(1), seen)

    over = painted_on(state, 100.0, white)
    assert over[0, 0, 0] == 100
    np.testing.assert_array_equal(over.ravel()[1:], state.ravel()[1:])


def test_the_views_of_a_step_bring_no_torch() -> None:
    """They have the engine's own formulas, and are computed on the window's thread, which must not wait for it."""
    looked = "import sys, workbench.frames; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", looked], cwd=ROOT, capture_output=True, text=True, check=True,
                          timeout=60)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("path", [VPCosine(), VPLinear()], ids=str)
def test_runs_of_before_get_their_schedule_back(path: VPCosine | VPLinear) -> None:
    """A run recorded without alpha and sigma has them by its log-SNR."""
    import torch

    times = torch.linspace(1e-3, path.t_max, 9, dtype=torch.float64)
    power = 1 / (1 + np.exp(-path.log_snr(times).numpy()))
    np.testing.assert_allclose(np.sqrt(power), path.alpha(times).numpy(), atol=1e-9)
    np.testing.assert_allclose(np.sqrt(1 - power), path.sigma(times).numpy(), atol=1e-9)
