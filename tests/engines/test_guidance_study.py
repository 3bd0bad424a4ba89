"""The study of guidance: what is known of its figures by other ways."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.chart import Chart
from engines.component import build
from engines.data.points.mixtures import Ring, TwoBlobs
from engines.errors import BadOption
from engines.events import Charted
from engines.mixture import rounds
from engines.studies.guidance import SCALES, GuidanceStudy, drawn, seen
from engines.studies.guidance_curves import FREE, PULLED


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    study = GuidanceStudy(data=Ring(modes=4, spread=0.4), count=800, steps=30)
    return {told.chart.title: told.chart for told in study.run(3) if isinstance(told, Charted)}


def values(chart: Chart, name: str) -> np.ndarray:
    return np.array(next(series.y for series in chart.series if series.name == name))


def test_both_guidances_agree_since_both_are_exact(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        np.testing.assert_allclose(values(chart, FREE), values(chart, PULLED), atol=5e-3)


def test_scale_0_is_chance_scale_1_the_class_and_more_trades_diversity_for_accuracy(charts: dict[str, Chart]) -> None:
    accuracy, diversity = charts["Accuracy by scale"], charts["Diversity by scale"]
    right, spread, one = values(accuracy, FREE), values(diversity, FREE), SCALES.index(1.0)
    # four equal classes, 800 samples: 1/4 to √(3/16/800)
    assert right[0] == pytest.approx(0.25, abs=0.06)
    exact = values(accuracy, "Exact samples of the classes")[0]
    assert right[one] == pytest.approx(exact, abs=0.05)
    assert spread[one] == pytest.approx(1, abs=0.06)
    assert (np.diff(right) > -0.01).all()
    assert (np.diff(spread[:SCALES.index(5.0)]) < 0).all()
    assert spread[0] > 1.5
    # without the class, the spread is that of all of the data about their mean: tr Cov / tr C_c
    data = Ring(modes=4, spread=0.4).mixture()
    assert data is not None
    whole = float(data.covariance().trace() / data.covariances[0].trace()) ** 0.5
    assert spread[0] == pytest.approx(whole, rel=0.05)


def test_figures_of_points_that_are_known() -> None:
    """Two classes of variance 1 at ±10: all points on their mean, and half of them asked for the wrong class."""
    mixture = rounds(torch.ones(2), torch.tensor([[-10.0, 0.0], [10.0, 0.0]]), 1.0)
    labels = torch.tensor([0, 1, 0, 1])
    at_means = seen(mixture, mixture.means[labels], labels)
    assert at_means.figures == {"accuracy": 1.0, "diversity": 0.0}
    half = seen(mixture, mixture.means[torch.tensor([0, 1, 1, 0])], labels)
    assert half.figures["accuracy"] == 0.5
    # ±10 about 0 in each class, of a trace of 2
    assert half.figures["diversity"] == pytest.approx((100 / 2) ** 0.5)
    many = torch.arange(20_000) % 2
    exact = seen(mixture, drawn(mixture, many, 0), many)
    assert exact.figures["diversity"] == pytest.approx(1, abs=0.02)


def test_data_without_classes_are_refused() -> None:
    with pytest.raises(BadOption, match="has no modes to ask for; choose a mixture such as “ring”"):
        list(build(GuidanceStudy, {"name": "guidance", "data": "gaussian"}).run(0))
    assert TwoBlobs().mixture() is not None
