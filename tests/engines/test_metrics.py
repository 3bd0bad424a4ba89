"""Metrics: the Fréchet distance in closed form, and the shipped classifier."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors import safe_open

from engines.checkpoint import build_network, save_model
from engines.component import validated
from engines.context import Context
from engines.data.digits import digits
from engines.device import device
from engines.errors import BadInput
from engines.events import Measured, Noted, Previewed, Sampled
from engines.metrics.classifier import FILE, bundled_classifier, look
from engines.metrics.fit import random_affine
from engines.metrics.frechet import frechet, frechet_gaussians
from engines.model_file import ModelSpec
from engines.networks.unet import UNetOptions
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine
from engines.tasks.base import task
from engines.tasks.evaluate import EvaluateOptions, measure, standard_error


def covariance(seed: int, size: int) -> np.ndarray:
    root = np.random.default_rng(seed).standard_normal((size, size))
    return root @ root.T


def test_distance_of_commuting_gaussians_is_the_closed_form():
    a, b = np.array([1.0, 4.0, 9.0]), np.array([4.0, 1.0, 0.25])
    q, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))
    mean = np.array([1.0, -2.0, 0.5])
    expected = mean @ mean + np.square(np.sqrt(a) - np.sqrt(b)).sum()
    found = frechet_gaussians(np.zeros(3), q * a @ q.T, mean, q * b @ q.T)
    assert found == pytest.approx(expected, rel=1e-10)


def test_distance_in_one_dimension():
    assert frechet_gaussians(np.array([1.0]), np.array(4.0), np.array([3.0]), np.array(9.0)) == pytest.approx(5.0)


def test_distance_agrees_with_a_general_matrix_root():
    from scipy.linalg import sqrtm

    a, b = covariance(1, 6), covariance(2, 6)
    expected = np.trace(a) + np.trace(b) - 2 * np.trace(sqrtm(a @ b).real)
    assert frechet_gaussians(np.zeros(6), a, np.zeros(6), b) == pytest.approx(expected, rel=1e-8)


def test_distance_is_symmetric_and_zero_for_the_same_even_without_full_rank():
    features = np.random.default_rng(3).standard_normal((10, 20))
    other = np.random.default_rng(4).standard_normal((10, 20))
    assert frechet(features, features) == pytest.approx(0, abs=1e-6)
    assert frechet(features, other) == pytest.approx(frechet(other, features), rel=1e-6)


def test_distance_of_samples_approaches_that_of_their_gaussians():
    source = np.random.default_rng(5)
    a, b = source.standard_normal((200_000, 2)), source.standard_normal((200_000, 2)) * 2 + 1
    assert frechet(a, b) == pytest.approx(4.0, rel=0.02)


def test_shipped_classifier_recognises_99_in_100_unseen_digits():
    data = digits()
    images, labels = data.batch(data.test)
    seen = look(bundled_classifier(), images)
    assert (seen.labels == labels.numpy()).mean() >= 0.99
    assert seen.features.shape == (1000, 64)


def test_shipped_classifier_carries_its_command_and_licence():
    with safe_open(FILE, "pt") as file:
        notes = file.metadata()
    assert "engines.metrics.fit" in notes["command"]
    assert notes["licence"] == "CC BY-SA 3.0"
    assert float(notes["test accuracy"]) >= 0.99


def test_evaluate_measures_a_model_of_digits(tmp_path):
    chosen = validated(EvaluateOptions, {"count": 20, "steps": 3})
    events = list(task("evaluate").run(chosen, Context(device("cpu"), tmp_path)))
    values = events[-1].values
    assert isinstance(events[-1], Measured)
    assert set(values) == {"accuracy", "accuracy_error", "accuracy_real", "frechet", "frechet_real",
                           "seconds_per_image"}
    (remark,) = (e.sentence for e in events if isinstance(e, Noted))
    assert remark.startswith("Figures of 20 samples are rough: ")
    assert f"standard error of {values['accuracy_error']:.2g}" in remark
    assert min(values["frechet_real"], values["frechet"]) > 0
    (sheet,) = (e.samples for e in events if isinstance(e, Previewed))
    assert sheet.shape == (20, 1, 28, 28)
    recognised = look(bundled_classifier(), torch.as_tensor(sheet).clamp(-1, 1)).labels == np.arange(20) % 10
    assert values["accuracy"] == recognised.mean()


@pytest.mark.parametrize(("hits", "count", "error"), [(500, 1000, 0.0158), (970, 1000, 0.0055), (50, 50, 0.0257)])
def test_the_standard_error_of_a_share(hits, count, error):
    """As the binomial law has it, and never 0: not even all of a few are certain."""
    assert standard_error(hits, count) == pytest.approx(error, rel=0.05)


def test_real_digits_are_measured_as_what_they_are():
    """The first 300 held back, every second of them asked for as the next digit, and some as none."""
    data = digits()
    images, truth = data.batch(data.test[:300])
    asked = (truth.numpy() + np.arange(300) % 2) % 10
    asked[290:] = -1
    values = measure(Sampled(images.numpy(), 1, 6.0, ""), asked)
    seen = look(bundled_classifier(), images).labels
    assert values["accuracy"] == (seen[:290] == asked[:290]).mean() == pytest.approx(0.5, abs=0.02)
    assert values["accuracy_real"] == (look(bundled_classifier(), data.batch(data.test)[0]).labels
                                       == data.labels[data.test]).mean()
    # as many real digits as samples, of those that nobody trained on: the very same ones
    assert values["frechet"] == pytest.approx(values["frechet_real"], rel=1e-6)
    assert values["seconds_per_image"] == 0.02


def test_free_samples_have_a_distance_but_no_accuracy(tmp_path):
    chosen = validated(EvaluateOptions, {"count": 20, "steps": 2, "label": "free"})
    values = list(task("evaluate").run(chosen, Context(device("cpu"), tmp_path)))[-1].values
    assert "accuracy" not in values
    assert values["frechet"] > 0


def test_evaluate_refuses_a_model_of_something_else(tmp_path):
    spec = ModelSpec(title="x", channels=1, size=8, prediction=V(), path=VPCosine(),
                     network=UNetOptions(width=8, mults=(1,), head=8))
    save_model(tmp_path / "x.safetensors", build_network(spec), spec)
    chosen = validated(EvaluateOptions, {"count": 20, "model": str(tmp_path / "x.safetensors")})
    with pytest.raises(BadInput, match=r"8 px images of 0 classes.*choose one trained on “digits”"):
        list(task("evaluate").run(chosen, Context(device("cpu"), tmp_path)))


def test_bending_depends_on_the_step_alone_and_keeps_the_range():
    data = digits()
    x, _ = data.batch(data.train[:8])
    assert torch.equal(random_affine(x, 3), random_affine(x, 3))
    assert not torch.equal(random_affine(x, 3), random_affine(x, 4))
    assert float(random_affine(x, 3).min()) >= -1
    assert float(random_affine(x, 3).max()) <= 1 + 1e-6
