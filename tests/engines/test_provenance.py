"""Which model made a result: recorded, found again under any name, and told when it is another one."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engines import provenance
from engines.checkpoint import load_model
from engines.device import device
from engines.errors import BadCheckpoint
from engines.model_file import fingerprint
from engines.model_list import resolve_model
from engines.provenance import identified, located, model_names, notice_of
from engines.recipe import Recipe, backend, program_version
from tests.engines.small import save_small


def made(folder: Path, name: str = "tiny", **options: object) -> Recipe:
    """A recipe that ran with the small model of that name."""
    save_small(folder, name=name)
    return identified(Recipe("generate", {"model": name, **options}), [folder])[0]


def test_a_recipe_records_the_models_file(tmp_path: Path) -> None:
    recipe = made(tmp_path)
    loaded = load_model(tmp_path / "tiny.safetensors", device("cpu"))
    assert recipe.fingerprints == {"tiny": loaded.sha256}
    assert Recipe.from_json(recipe.to_json()).fingerprints == recipe.fingerprints
    assert identified(recipe, [tmp_path]) == (recipe, "")


def test_the_default_model_is_recorded_too_and_tasks_without_one_are_left_alone() -> None:
    assert list(identified(Recipe("generate", {}), [])[0].fingerprints) == ["digits"]
    assert identified(Recipe("noise", {}), []) == (Recipe("noise", {}), "")


def test_a_prior_and_a_teacher_are_models_too_and_the_exact_denoiser_is_none() -> None:
    assert model_names(Recipe("sample-points", {"prior": "points-moons"})) == ("points-moons",)
    for task in ("likelihood", "bound", "sweep"):
        assert list(identified(Recipe(task, {"prior": "points-moons"}), [])[0].fingerprints) == ["points-moons"]
        assert model_names(Recipe(task, {})) == ()
    taught = {"objective": {"name": "consistency-distillation", "teacher": "points-moons"}}
    assert list(identified(Recipe("train-points", taught), [])[0].fingerprints) == ["points-moons"]
    assert model_names(Recipe("train-points", {})) == ()


def test_a_teacher_is_named_by_its_file_too(tmp_path: Path) -> None:
    """As a model is, and the bundled ones keep their names; a training without a teacher names none."""
    file = tmp_path / "mine.safetensors"
    file.write_bytes(resolve_model("points-moons", []).read_bytes())
    taught = Recipe("train-points", {"objective": {"name": "consistency-distillation", "teacher": "mine"}})
    named = located(identified(taught, [tmp_path])[0], [tmp_path])
    assert named.options["objective"]["teacher"] == str(file)
    assert named.fingerprints == {str(file): fingerprint(file)}
    assert model_names(named) == (str(file),)
    own = {"objective": {"name": "consistency-distillation", "teacher": "points-moons"}}
    assert located(Recipe("train-points", own), []).options["objective"]["teacher"] == "points-moons"
    for teacher in ({"name": "simple"}, {"name": "consistency-distillation"}):
        assert model_names(located(Recipe("train-points", {"objective": teacher}), [])) == ()
    with pytest.raises(BadCheckpoint, match="no known name"):
        located(Recipe("train-points", {"objective": {"name": "consistency-distillation", "teacher": "gone"}}), [])


def test_older_recipes_can_be_read_and_repeat_without_a_notice(tmp_path: Path) -> None:
    values = json.loads(made(tmp_path).to_json())
    del values["fingerprints"]
    recipe = Recipe.from_json(json.dumps(values))
    assert recipe.fingerprints == {}
    assert identified(recipe, [tmp_path])[1] == ""


def test_a_run_is_named_by_paths_that_hold_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when its name has come to mean another model; the bundled ones keep theirs."""
    run = tmp_path / "runs" / "one"
    run.mkdir(parents=True)
    recipe = made(run, steps=2)
    file = run / "tiny.safetensors"
    save_small(tmp_path, classes=("a",))
    named = located(recipe, [tmp_path, tmp_path / "runs"])
    assert (named.options["model"], named.fingerprints) == (str(file), {str(file): fingerprint(file)})
    assert identified(named, []) == (named, "")
    assert located(Recipe("generate", {}), []).options["model"] == "digits"
    monkeypatch.chdir(tmp_path)
    assert located(Recipe("train", {"data": "pictures", "resume": "runs/one"}), []).options.items() >= {
        ("data", str(tmp_path / "pictures")), ("resume", str(run))}
    assert located(Recipe("train", {}), []).options["data"] == "digits"
    with pytest.raises(BadCheckpoint, match="no known name"):
        located(Recipe("generate", {"model": "gone"}), [])


def test_a_replaced_model_is_told_in_one_sentence_and_recorded(tmp_path: Path) -> None:
    recipe = made(tmp_path)
    save_small(tmp_path, classes=("a",))
    repeated, notice = identified(recipe, [tmp_path])
    assert notice.startswith("Another model now stands in for “tiny” (")
    assert notice.endswith(".")
    assert "not be identical" in notice
    assert notice_of(recipe, [tmp_path]) == notice
    assert repeated.fingerprints == {"tiny": fingerprint(tmp_path / "tiny.safetensors")} != recipe.fingerprints


def test_of_equal_names_the_recorded_file_is_taken(tmp_path: Path) -> None:
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
    recipe = made(tmp_path / "one")
    save_small(tmp_path / "two", classes=("a",))
    with pytest.raises(BadCheckpoint, match="may mean 2 models"):
        resolve_model("tiny", [tmp_path])
    assert resolve_model("tiny", [tmp_path], recipe.fingerprints["tiny"]).parent.name == "one"
    assert identified(recipe, [tmp_path])[1] == ""


def test_a_renamed_model_is_found_by_its_fingerprint(tmp_path: Path) -> None:
    recipe = made(tmp_path)
    (tmp_path / "tiny.safetensors").rename(tmp_path / "other.safetensors")
    assert resolve_model("tiny", [tmp_path], recipe.fingerprints["tiny"]).name == "other.safetensors"
    assert identified(recipe, [tmp_path])[1] == ""


def test_a_missing_model_is_named_with_its_remedy(tmp_path: Path) -> None:
    recipe = made(tmp_path)
    (tmp_path / "tiny.safetensors").unlink()
    with pytest.raises(BadCheckpoint, match=r"“tiny” with fingerprint \w{8} is not here any more; put its file back "
                                            r"or choose one of: digits"):
        identified(recipe, [tmp_path])
    assert "put its file back" in notice_of(recipe, [tmp_path])


def test_a_file_is_hashed_again_only_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.safetensors"
    file.write_bytes(b"one")
    first = fingerprint(file)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", None)
        assert fingerprint(file) == first
    times = file.stat()
    other = tmp_path / "b"
    other.write_bytes(b"two")
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(file)  # of the same size and time
    assert fingerprint(file) != first


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="cannot be opened"):
        fingerprint(tmp_path / "none.safetensors")


def test_a_device_that_is_not_here_is_told(tmp_path: Path) -> None:
    recipe = replace(made(tmp_path), backend={"device": "cuda:7"})
    _, notice = identified(recipe, [tmp_path])
    assert notice.startswith("The run was computed on “cuda:7”, which does not exist here")
    assert identified(replace(recipe, backend={"device": "cpu"}), [tmp_path])[1] == ""


@pytest.mark.parametrize(("changed", "words"), [
    ({"torch": "1.13.1"}, f"torch 1.13.1 ({torch.__version__} now)."),
    ({"threads": "64"}, "64 threads (3 now)."),
    ({"cpu": "AVX1024"}, f"processor instructions AVX1024 ({torch.backends.cpu.get_cpu_capability()} now)."),
    ({"machine": "pdp11"}, f"a processor of type pdp11 ({platform.machine()} now)."),
    ({"program": "0.0.1"}, f"version “0.0.1” of this program ({program_version()} now)."),
    ({"threads": "64", "torch": "1.13.1", "machine": "pdp11"},
     f"torch 1.13.1 ({torch.__version__} now), 64 threads (3 now) and a processor of type pdp11 ("
     f"{platform.machine()} now).")])
def test_what_the_last_bits_depend_on_is_told_as_it_was_and_as_it_is(
        tmp_path: Path, changed: dict[str, str], words: str) -> None:
    recipe = replace(made(tmp_path), backend={**backend("cpu"), "threads": "3"})
    assert identified(recipe, [tmp_path], 3)[1] == ""
    other = replace(recipe, backend={**recipe.backend, **changed})
    notice = identified(other, [tmp_path], 3)[1]
    assert notice == f"The repeat may differ from the run in its last bits: the run was computed with {words}"
    assert notice_of(other, [tmp_path], 3) == notice


def test_a_graphics_card_computes_alike_whatever_the_processor(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "devices", lambda: [replace(device("cpu"), kind="cuda:0")])
    there = {**backend("cuda:0"), "threads": "64", "cpu": "AVX1024", "machine": "pdp11"}
    recipe = replace(made(tmp_path), backend=there)
    assert identified(recipe, [tmp_path], 3)[1] == ""
    assert "torch 1.13.1" in identified(replace(recipe, backend={**there, "torch": "1.13.1"}), [tmp_path], 3)[1]
