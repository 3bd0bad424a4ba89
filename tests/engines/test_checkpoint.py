"""Model files: round trip, half precision, finding by name, and every way a file can be wrong."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import resource
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import safetensors.torch
import torch

from engines.checkpoint import build_network, load_model, save_model
from engines.device import device
from engines.errors import BadCheckpoint
from engines.model_file import ModelSpec, read_header
from engines.model_list import BUNDLED, find_models, resolve_model
from engines.model_names import ambiguous, written_at
from engines.networks.unet import UNetOptions
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine

CPU = device("cpu")
SHIPPED = ("digits", "photos", "points-moons", "points-one-step")


def spec(title: str = "Tiny", width: int = 8) -> ModelSpec:
    return ModelSpec(title=title, channels=1, size=8, classes=("a", "b"), prediction=V(), path=VPCosine(),
                     network=UNetOptions(width=width, mults=(1, 2), head=8), licence="CC0", data="Test")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "tiny.safetensors"
    save_model(path, build_network(spec()), spec(), extra={"recipe": "{}"})
    return path


def rewritten(file: Path, **changes: str) -> Path:
    """A copy of a model file with some header strings replaced."""
    weights = safetensors.torch.load_file(file)
    with safetensors.safe_open(file, "pt") as opened:
        header = {**opened.metadata(), **changes}
    out = file.with_name("other.safetensors")
    safetensors.torch.save_file(weights, out, header)
    return out


def refused(path: Path, *words: str) -> None:
    with pytest.raises(BadCheckpoint) as caught:
        load_model(path, CPU)
    message = str(caught.value)
    assert path.name in message
    assert message.endswith(".")
    assert message.count("\n") == 0
    for word in words:
        assert word in message


def test_a_model_comes_back_exactly(file):
    torch.manual_seed(0)
    expected = build_network(spec()).state_dict()
    model = load_model(file, CPU)
    assert model.spec == spec()
    assert (model.name, model.title, model.file) == ("tiny", "Tiny", file)
    assert all(torch.equal(value, expected[name]) for name, value in model.network.state_dict().items())
    assert not model.network.training
    assert read_header(file).extra["recipe"] == "{}"
    x0 = model.denoiser(torch.zeros(2, 1, 8, 8), torch.tensor(0.5, dtype=torch.float64), torch.tensor([0, -1]))
    assert x0.shape == (2, 1, 8, 8)
    assert [p.name for p in file.parent.iterdir() if p.name != "home"] == [file.name]


def test_half_precision_is_half_as_large_and_close(file, tmp_path):
    model = load_model(file, CPU)
    save_model(tmp_path / "half.safetensors", model.network, model.spec, half=True)
    half = load_model(tmp_path / "half.safetensors", CPU)
    assert (tmp_path / "half.safetensors").stat().st_size < 0.7 * file.stat().st_size
    for name, value in half.network.state_dict().items():
        assert value.dtype is torch.float32
        torch.testing.assert_close(value, model.network.state_dict()[name], atol=1e-3, rtol=1e-3)


def test_a_header_that_begins_like_a_pickle_is_none(file):
    seen = set()
    for length in range(0, 256, 8):  # the file begins with the length of its header, a multiple of 8
        out = rewritten(file, note="x" * length)
        seen.add(out.read_bytes()[0])
        assert read_header(out).title == "Tiny"
    assert 0x80 in seen


def test_models_are_found_by_name_file_and_run(file, tmp_path):
    run = tmp_path / "run-1"
    run.mkdir()
    save_model(run / "mine.safetensors", build_network(spec("Mine")), spec("Mine"))
    (run / "junk.safetensors").write_bytes(b"junk")
    names = [m.name for m in find_models([tmp_path])]
    assert "mine" in names
    assert "tiny" in names
    assert "junk" not in names
    assert resolve_model("mine", [tmp_path]) == run / "mine.safetensors"
    assert resolve_model("run-1/mine", [tmp_path]) == run / "mine.safetensors"
    assert resolve_model(str(file), []) == file
    with pytest.raises(BadCheckpoint, match=r"“none-such” is no model file, .* known are: .*tiny"):
        resolve_model("none-such", [tmp_path])


def test_a_name_that_means_several_models_is_refused_with_a_way_to_name_each(file, tmp_path):
    for run in ("old", "new"):
        save_model(tmp_path / run / "same.safetensors", build_network(spec()), spec())
    os.utime(tmp_path / "old" / "same.safetensors", (1000, 1000))
    with pytest.raises(BadCheckpoint, match=r"“same” may mean 2 models; choose one of “new/same”, “old/same”"):
        resolve_model("same", [tmp_path])
    choices = [m.choice for m in find_models([tmp_path])]
    assert {"new/same", "old/same", "tiny", "digits"} <= set(choices)
    assert len(choices) == len(set(choices))
    for choice in ("new/same", "new"):
        assert resolve_model(choice, [tmp_path]) == tmp_path / "new" / "same.safetensors"


def test_a_model_that_goes_while_it_is_asked_for_is_the_oldest(file, tmp_path):
    """Between finding the files and looking at them one may be deleted."""
    for run in ("old", "new"):
        save_model(tmp_path / run / "same.safetensors", build_network(spec()), spec())
    found = [m for m in find_models([tmp_path]) if m.name == "same"]
    (tmp_path / "new" / "same.safetensors").unlink()
    assert sorted(map(written_at, found))[0] == 0
    assert "choose one of “old/same”, “new/same”" in ambiguous("same", found)


def test_a_trained_model_does_not_take_a_bundled_ones_name(file, tmp_path):
    save_model(tmp_path / "run" / "digits.safetensors", build_network(spec()), spec())
    assert resolve_model("digits", [tmp_path]).parent == BUNDLED
    assert resolve_model("run/digits", [tmp_path]).parent.name == "run"


def test_a_folder_stands_for_the_one_model_in_it(file, tmp_path):
    (tmp_path / "training.safetensors").write_bytes(b"not a model")
    assert resolve_model(str(tmp_path), []) == file
    save_model(tmp_path / "other.safetensors", build_network(spec()), spec())
    with pytest.raises(BadCheckpoint, match=r"choose one of “.*other\.safetensors”, “.*tiny\.safetensors”"):
        resolve_model(str(tmp_path), [])
    with pytest.raises(BadCheckpoint, match="no folder that holds one"):
        resolve_model(str(tmp_path.parent), [])


def test_bundled_model_is_small_labelled_and_conditional():
    model = load_model(BUNDLED / "digits.safetensors", CPU)
    assert sum(weight.numel() for weight in model.network.parameters()) <= 2_500_000
    assert model.spec.classes == tuple("0123456789")
    assert model.spec.licence == "CC BY-SA 3.0"
    assert "MNIST" in model.spec.data
    assert json.loads(read_header(model.file).extra["recipe"])["task"] == "train"


def test_a_pickle_is_refused_by_name_and_by_content(tmp_path):
    weights = build_network(spec()).state_dict()
    for name in ("model.pt", "model.ckpt", "model.pkl"):
        torch.save(weights, tmp_path / name)
        refused(tmp_path / name, "pickle", ".safetensors")
    buffer = io.BytesIO()
    torch.save(weights, buffer)
    for body in (buffer.getvalue(), pickle.dumps({"a": 1})):
        (tmp_path / "hidden.safetensors").write_bytes(body)
        refused(tmp_path / "hidden.safetensors", "pickle")


@pytest.mark.parametrize("kept", [9, 500, 5000, -1])
def test_a_truncated_file_is_refused(file, kept):
    file.write_bytes(file.read_bytes()[:kept])
    refused(file, "cut short", "copy it again")


@pytest.mark.parametrize("body", [b"", b"short", b"\x10" + b"\0" * 7 + b"not json at all!", b"<html>" * 20])
def test_something_else_is_refused(tmp_path, body):
    path = tmp_path / "odd.safetensors"
    path.write_bytes(body)
    refused(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    refused(tmp_path / "gone.safetensors", "cannot be opened")
    (tmp_path / "folder.safetensors").mkdir()
    refused(tmp_path / "folder.safetensors", "cannot be opened")


def test_a_file_of_another_program_is_refused(tmp_path):
    path = tmp_path / "foreign.safetensors"
    safetensors.torch.save_file({"w": torch.zeros(3)}, path)
    refused(path, "another program")


def test_another_architecture_is_refused(file):
    other = json.loads(spec(width=16).model_dump_json())
    refused(rewritten(file, spec=json.dumps(other)), "another architecture")
    other["network"]["kind"] = "transformer"
    refused(rewritten(file, spec=json.dumps(other)), "unknown architecture")
    other["network"].pop("kind")
    other["path"] = {"name": "spiral"}
    refused(rewritten(file, spec=json.dumps(other)), "spiral")


def test_another_modality_is_refused(file):
    other = {**json.loads(spec().model_dump_json()), "modality": "audio"}
    refused(rewritten(file, spec=json.dumps(other)), "audio", "image model")


def test_a_newer_version_is_refused(file):
    refused(rewritten(file, version="99"), "newer version", "update")


@pytest.mark.parametrize("changes", [{"version": "x"}, {"spec": "{"}, {"spec": "[]"}, {"spec": "{}"}])
def test_a_damaged_header_is_refused(file, changes):
    refused(rewritten(file, **changes))


def headed(path: Path, header: object) -> Path:
    """A file that begins as a safetensors file with this header and has no weights."""
    body = header.encode() if isinstance(header, str) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(body)) + body)
    return path


@pytest.mark.parametrize("header", [
    {"a": {"data_offsets": "no"}}, {"a": {"data_offsets": [0, None]}}, {"a": 1}, {"__metadata__": ["x"]},
    {"__metadata__": "x"}, "[" * 100_000, [1], {"a": {"data_offsets": []}}, {"a": {"data_offsets": [0, "1e999"]}}])
def test_a_hostile_header_is_refused_and_hides_no_other_model(file, header):
    refused(headed(file.with_name("bad.safetensors"), header))
    assert [m.name for m in find_models([file.parent])] == [*SHIPPED, "tiny"]


@pytest.mark.parametrize("changes", [
    {"version": "9" * 5000}, {"version": "-1"}, {"spec": "3"}, {"spec": "null"}, {"spec": "[" * 100_000},
    {"spec": '{"network": 1e999}'}])
def test_an_absurd_spec_is_refused(file, changes):
    refused(rewritten(file, **changes))


@pytest.mark.parametrize(("name", "value"), [("size", 0), ("size", -8), ("channels", 0), ("channels", 10**9)])
def test_a_spec_out_of_range_is_refused(file, name, value):
    values = json.loads(spec().model_dump_json()) | {name: value}
    refused(rewritten(file, spec=json.dumps(values)), "unknown architecture")


def test_a_huge_network_in_a_small_file_is_refused_before_it_takes_memory(file):
    values = json.loads(spec().model_dump_json())
    values["network"] |= {"width": 512, "mults": [64]}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(rewritten(file, spec=json.dumps(values)), "another architecture")
    # 64 × 512 channels would be 150 GB; kB on Linux, bytes on macOS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024 * (1 if sys.platform == "linux"
                                                                                      else 1024)


def test_weights_that_are_no_numbers_are_refused(file):
    weights = safetensors.torch.load_file(file)
    weights["conv_in.weight"][0, 0, 0, 0] = float("nan")
    with safetensors.safe_open(file, "pt") as opened:
        header = opened.metadata()
    safetensors.torch.save_file(weights, file, header)
    refused(file, "1 weights that are not finite")


def test_a_folder_that_goes_while_models_are_listed_is_left_out(tmp_path: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a run is deleted for good meanwhile: the others are listed."""
    for name in ("gone", "kept"):
        (tmp_path / name).mkdir()
        shutil.copyfile(BUNDLED / "digits.safetensors", tmp_path / name / f"{name}.safetensors")
    real = os.scandir

    def scan(path: os.PathLike[str]) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "gone":
            raise FileNotFoundError(errno.ENOENT, "gone")
        return real(path)

    monkeypatch.setattr(os, "scandir", scan)
    assert [m.name for m in find_models([tmp_path])] == [*SHIPPED, "kept"]
