"""Generate, edit and noise: exact repeats, seeds, batches, strengths, the forward process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.context import Start
from engines.errors import BadCheckpoint, BadImage, BadOption, BadRecipe
from engines.events import Noted, Progressed, Sampled
from engines.modalities.image import png_bytes, to_float, to_uint8
from engines.recipe import Recipe
from engines.recipe_png import recipe_of, save_png
from engines.recipe_text import command_line
from engines.tasks.base import options_of, task
from tests.engines.small import SIZE, context, events, opening, picture, result, resumed, save_small, steps


@pytest.fixture(autouse=True)
def model(tmp_path: Path) -> Path:
    return save_small(tmp_path)


def test_a_png_repeats_its_run_to_the_bit(tmp_path: Path) -> None:
    options = {"model": "tiny", "steps": 5, "count": 2, "sampler": {"name": "ddim", "eta": 0.7}, "label": "b,a"}
    first = result(events("generate", options, context(tmp_path)))
    save_png(tmp_path / "a.png", to_uint8(first.samples[0]), Recipe("generate", options))
    recipe = recipe_of(tmp_path / "a.png")
    assert recipe is not None
    again = result(list(task(recipe.task).run(options_of(recipe), context(tmp_path))))
    assert again.sha256 == first.sha256
    assert np.array_equal(again.samples, first.samples)


def test_listed_seeds_are_those_samples(tmp_path: Path) -> None:
    run = result(events("generate", {"count": 5, "seed": 10, "label": "free"}, context(tmp_path)))
    listed = events("generate", {"seeds": [13, 11], "label": "free"}, context(tmp_path))
    assert opening(listed).seeds == (13, 11)
    assert np.allclose(result(listed).samples, run.samples[[3, 1]], atol=1e-4)
    with pytest.raises(BadOption, match="Seed -4 in the list"):
        events("generate", {"seeds": [3, -4]}, context(tmp_path))


def test_listed_seeds_decide_the_count_and_may_come_twice(tmp_path: Path) -> None:
    options = {"seeds": [5, 5, 6], "count": 16, "seed": 3, "label": "a"}
    assert options_of(Recipe("generate", options)).model_dump()["count"] == 3
    first, again, other = result(events("generate", options, context(tmp_path))).samples
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert "--count" not in command_line(Recipe("generate", options))
    assert "--seed " not in command_line(Recipe("generate", options))
    with pytest.raises(BadOption, match="count"):
        options_of(Recipe("inpaint", {"seeds": list(range(65))}))


@pytest.mark.parametrize(("pixels", "sentence"), [
    (picture(SIZE, SIZE), ""),
    (picture(20, 20), "The model saw 20 × 20 px as 8 × 8; the picture has 20 × 20 px and the results have 8 × 8."),
    (picture(20, 30, 3), "The model saw 20 × 20 px as 8 × 8, in grey; the picture has 30 × 20 px and the results have "
                         "8 × 8.")])
def test_an_edit_tells_how_the_picture_was_fitted(pixels: np.ndarray, sentence: str, tmp_path: Path) -> None:
    found = events("edit", {"count": 1}, context(tmp_path, {"image.png": png_bytes(pixels)}))
    assert "".join(e.sentence for e in found if isinstance(e, Noted)) == sentence
    assert any(isinstance(e, Noted) for e in found) == bool(sentence)


def test_more_samples_than_fit_together_are_one_run_of_parts(tmp_path: Path) -> None:
    options = {"count": 70, "steps": 2, "label": "each", "seed": 0}
    found = events("generate", options, context(tmp_path))
    assert opening(found).shape == (70, 1, SIZE, SIZE)
    assert [s.x.shape[0] for s in steps(found)] == [70, 70, 70]
    assert [e for e in found if isinstance(e, Progressed)] == [Progressed(i, 2) for i in (0, 0, 1)]
    many = result(found)
    assert many.samples.shape == (70, 1, SIZE, SIZE)
    assert all(len(sizes) == 70 for step in steps(found) for sizes in step.terms.values())
    part = result(events("generate", {**options, "count": 64}, context(tmp_path)))
    assert np.array_equal(many.samples[:64], part.samples), "a part has the bits it has alone"
    assert many.nfe == part.nfe
    last = result(events("generate", {"seeds": [69], "steps": 2, "label": "a"}, context(tmp_path)))  # 69 % 3 = a
    assert np.allclose(many.samples[69], last.samples[0], atol=1e-4)


@pytest.mark.parametrize("k", [0, 3, 6])
def test_many_samples_resume_to_the_same_bits(k: int, tmp_path: Path) -> None:
    options = {"count": 70, "label": "each", "sampler": "ddpm"}
    whole = events("generate", options, context(tmp_path))
    rest = resumed("generate", options, context(tmp_path), whole, k)
    assert (result(rest).sha256, result(rest).nfe) == (result(whole).sha256, result(whole).nfe)
    wrong = Start(3, np.zeros((64, 1, SIZE, SIZE), np.float32))
    with pytest.raises(BadRecipe, match="does not fit a run of shape"):
        events("generate", options, context(tmp_path, start=wrong))


def test_guidance_one_and_free_cost_one_evaluation_a_step(tmp_path: Path) -> None:
    for options, nfe in (({"guidance": 1}, 6), ({"label": "free"}, 6), ({"guidance": 4}, 12)):
        assert result(events("generate", {"count": 1, **options}, context(tmp_path))).nfe == nfe


def test_unknown_models_and_values_out_of_range_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="Model “none”"):
        events("generate", {"model": "none"}, context(tmp_path))
    for values in ({"steps": 1001}, {"steps": 0}, {"count": 0}, {"seed": 2**31}, {"guidance": -1}, {"colour": 1}):
        with pytest.raises(BadOption, match=next(iter(values))):
            events("generate", values, context(tmp_path))


def test_closing_the_generator_stops_a_run(tmp_path: Path) -> None:
    chosen = options_of(Recipe("generate", {"model": "tiny", "steps": 1000}))
    run = task("generate").run(chosen, context(tmp_path))
    for _ in range(4):
        event = next(run)
        assert not isinstance(event, Sampled)
    run.close()
    assert next(run, None) is None


def test_edit_at_strength_0_is_the_picture_and_at_1_starts_at_noise(tmp_path: Path) -> None:
    pixels = picture(SIZE, SIZE)
    files = {"image.png": png_bytes(pixels)}
    kept = events("edit", {"strength": 0, "count": 2}, context(tmp_path, files))
    assert np.allclose(result(kept).samples, to_float(pixels)[None], atol=1e-6)
    assert steps(kept)[0].index == 6
    assert steps(events("edit", {"strength": 1, "count": 2}, context(tmp_path, files)))[0].index == 0
    with pytest.raises(BadOption, match="strength"):
        events("edit", {"strength": 1.2}, context(tmp_path, files))


def test_edit_resumes_to_the_same_bits(tmp_path: Path) -> None:
    files = {"image.png": png_bytes(picture(20, 30, 3))}
    options = {"strength": 0.7, "count": 2, "label": "a", "sampler": "ddpm"}
    whole = events("edit", options, context(tmp_path, files))
    begin = steps(whole)[0].index
    assert 0 < begin < 6
    assert result(whole).nfe == 2 * (6 - begin), "only what was evaluated counts"
    rest = result(resumed("edit", options, context(tmp_path, files), whole, 2))
    assert (rest.sha256, rest.nfe) == (result(whole).sha256, result(whole).nfe)


def test_a_missing_picture_is_one_sentence(tmp_path: Path) -> None:
    for name in ("edit", "inpaint", "noise"):
        with pytest.raises(BadImage, match=r"The picture “image\.png” is missing"):
            events(name, {}, context(tmp_path))


@pytest.mark.parametrize("channels", [1, 3])
def test_noise_goes_from_the_picture_to_pure_noise(channels: int, tmp_path: Path) -> None:
    pixels = picture(16, 16, channels)
    options = {"size": 16, "steps": 10, "count": 2, "path": "vp-linear"}
    found = events("noise", options, context(tmp_path, {"image.png": png_bytes(pixels)}))
    begun, taken = opening(found), steps(found)
    assert begun.shape == (2, channels, 16, 16)
    assert np.array_equal(taken[0].x[1].numpy(), to_float(pixels))
    assert [s.t for s in taken] == begun.times.tolist() == pytest.approx(np.linspace(0, 1, 11))
    assert np.all(np.diff(begun.log_snr) <= 0)
    assert abs(float(taken[-1].x.std()) - 1) < 0.1
    assert np.array_equal(result(found).samples, taken[-1].x.numpy())
    again = resumed("noise", options, context(tmp_path, {"image.png": png_bytes(pixels)}), found, 4)
    assert result(again).sha256 == result(found).sha256
