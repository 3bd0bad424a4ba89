"""The command line: exit codes, one-sentence errors, and pure JSON on standard output."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path

import pytest

from engines.checks.registry import groups
from engines.recipe import Recipe
from engines.recipe_text import command_line
from engines.tasks.base import task
from main import main
from tests.engines.small import save_small
from workbench.cli.flags import Parser, add_flags
from workbench.cli.terminal import Terminal


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_generate_reports_and_repeats_to_the_bit(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One JSON document with files, seconds, nfe and sha256; a PNG repeats the run exactly."""
    flags = ("--steps", "2", "--count", "2", "--threads", "1", "--no-library", "--json")
    code, out, _ = run(capsys, "generate", *flags, "--out", str(tmp_path / "a"))
    first = json.loads(out)
    assert code == 0
    assert {"files", "seconds", "nfe", "sha256"} <= first.keys()
    assert all(Path(file).is_file() for file in first["files"])
    code, out, _ = run(capsys, "generate", "--recipe", first["files"][0], "--no-library", "--json",
                       "--out", str(tmp_path / "b"))
    assert code == 0
    assert json.loads(out)["sha256"] == first["sha256"]


@pytest.mark.parametrize(("words", "value"), [
    (("generate", "--steps", "0"), "0"), (("generate", "--model", "nope"), "nope"),
    (("generate", "--label", "cat"), "cat"), (("generate", "--device", "cuda:7"), "cuda:7"),
    (("inpaint", "--image", "missing.png"), "missing.png"), (("nonsense",), "nonsense"),
    (("open", "missing.png"), "missing.png"), (("genrate",), "did you mean “generate”?"),
    (("generate", "--stepps", "3"), "did you mean --steps?"), (("list", "x"), "“x” is not an option of main.py list"),
    (("generate", "--bogus"), "“--bogus” is not an option of main.py generate; see"),
    (("train", "--network.width", "9"), "choose a multiple of 8"), (("bench", "--device", "cuda"), "--device"),
    (("generate", "--seeds", ""), "--seeds is empty"),
    (("generate", "--seeds", "1,2", "--count", "5"), "--seeds takes the place of --count"),
    (("generate", "--seed", "99999999999"), "choose 2,147,483,647 or less"),
    (("generate", "--threads", "x"), "“x” is not a number from 1 to 1024"),
    (("train", "--name", "../x"), "begin with a letter or digit"),
    (("train", "--network.mults", ""), "give at least 1"),
    (("train", "--resume", "nowhere"), "“nowhere” holds no training to continue"),
    (("generate", "--sampler", "foo"), "Option sampler cannot be “foo”: choose one of annealed-langevin, consistency"),
    (("inpaint", "--method", ""), "Option method cannot be empty: choose one of ddnm, ddrm"),
    (("generate", "--sampler.eta", "2"), "Option sampler.eta cannot be “2”: choose 1 or less."),
    (("generate", "--sampler", "ddpm", "--sampler.eta", "1"), "Option sampler.eta = “1” does not belong to this"),
    (("generate", "--spacing", "foo"), "Option spacing cannot be “foo”: choose one of edm, log-snr, quadratic"),
    (("train", "--fit", "nan"), "Option fit cannot be “nan”: choose crop, pad, stretch or cut."),
    (("train", "--learning-rate", "nan"), "Option learning-rate cannot be “nan”: give a number that is finite."),
    (("train", "--network.attention", "8,x"),
     "Value 2 of option network.attention cannot be “x”: give a whole number."),
    (("train", "--network.attention", "-1"), "Value 1 of option network.attention cannot be “-1”: choose 1 or more."),
    (("generate", "--label", ""), "--label is empty; give it a value, or leave it out."),
    (("train", "--data", " "), "--data is empty"), (("generate", "--home", ""), "--home: “” is no folder"),
    (("restore", "--mask", __file__, "--image", __file__),
     "--mask is for degradation mask, and this run has another one"),
    (("restore", "--kernel", __file__, "--image", __file__, "--degradation", "mask"), "or leave --kernel out."),
    (("inpaint",), "needs --image FILE and --mask FILE"), (("edit", "--steps", "3"), "needs --image FILE")])
def test_bad_input_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str], words: tuple[str, ...],
                                                   value: str) -> None:
    """It names the value; standard output is empty, or the sentence as a document."""
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    last = err.strip().splitlines()[-1]
    assert value in last
    assert last.endswith(".")
    code, out, _ = run(capsys, *words, "--json")
    assert code == 2
    assert json.loads(out) == {"error": last}


@pytest.mark.parametrize("task", ["generate", "edit", "inpaint"])
def test_a_wrong_class_is_refused_before_the_model_is_loaded(capsys: pytest.CaptureFixture[str], tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch, task: str) -> None:
    """At once, with the classes there are; a picture that cannot be read would have been told later."""
    def never(path: Path, *_rest: object) -> None:
        raise AssertionError(f"{path} was loaded")

    monkeypatch.setattr("engines.sampling.load_model", never)
    (tmp_path / "text.png").write_text("no picture", encoding="utf-8")
    files = {"generate": (), "edit": ("--image",), "inpaint": ("--image", "--mask")}[task]
    words = [word for flag in files for word in (flag, str(tmp_path / "text.png"))]
    code, _, err = run(capsys, task, "--label", "3,cat", "--no-library", "--out", str(tmp_path / "o"), *words)
    assert code == 2
    assert "“cat” is not one of this model’s" in err
    assert "0, 1, 2, 3, 4, 5, 6, 7, 8, 9." in err
    assert "Loading" not in err


@pytest.mark.parametrize("word", ["generate", "train", "bench", "check", "shots", "list", "open"])
def test_help_has_examples_in_80_columns_and_is_one_document(capsys: pytest.CaptureFixture[str],
                                                             monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = run(capsys, word, "--help")
    assert code == 0
    assert f"Examples:\n  main.py {word}" in out
    assert max(map(len, out.splitlines())) <= 80
    assert json.loads(run(capsys, word, "--help", "--json")[1]) == {"help": out}


def test_help_of_all_commands_fits_80_columns(capsys: pytest.CaptureFixture[str],
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run(capsys, "--help")[1].splitlines()
    assert max(map(len, lines)) <= 80
    commands = lines[lines.index("Commands (each with --help and --json):") + 1:lines.index("Examples:") - 1]
    columns = {len(found[0]) for line in commands if (found := re.match(r"  ([a-z-]+)? +", line))}
    assert len(columns) == 1, "the lines of long names stand under those of the others"


@pytest.mark.parametrize("word", ["check", "bench"])
def test_what_nothing_is_called_is_refused_before_the_work(capsys: pytest.CaptureFixture[str], tmp_path: Path,
                                                           monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """With what there is to choose from; no heading and no folder come before."""
    def never(*_rest: object) -> None:
        raise AssertionError("measured")

    monkeypatch.setattr("engines.checks.registry.verified", never)
    monkeypatch.setattr("workbench.cli.commands.bench.measured_apart", never)
    code, out, err = run(capsys, word, "--only", "nosuch", "--out", str(tmp_path / "o"))
    assert (code, out) == (2, "")
    (last,) = [line for line in err.splitlines() if line != "Starting…"]
    assert "“nosuch”; choose" in last
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("word", ["check", "bench", "shots"])
def test_a_folder_that_takes_no_file_is_told_before_the_work(capsys: pytest.CaptureFixture[str], tmp_path: Path,
                                                             word: str) -> None:
    """A file lies where the folder should be."""
    (tmp_path / "file").write_bytes(b"")
    code, _, err = run(capsys, word, "--out", str(tmp_path / "file"))
    assert code == 2
    assert "file" in err.splitlines()[-1]
    assert ".probe" not in err, "what the user named is told, not what is tried in it"
    assert len(err.splitlines()) <= 2


def test_a_number_that_is_not_finite_is_null() -> None:
    """JSON has no NaN, and a document that cannot be written would lose the result."""
    out = io.StringIO()
    Terminal(out, io.StringIO(), as_json=True).document({"loss": float("nan"), "levels": (1.0, float("inf"))})
    assert json.loads(out.getvalue()) == {"loss": None, "levels": [1.0, None]}


def test_home_chooses_the_data_folder_of_one_command(capsys: pytest.CaptureFixture[str], home: Path,
                                                     tmp_path: Path) -> None:
    """Its models are found and its library takes the run; the next command has the usual one again."""
    other = tmp_path / "other"
    (other / "models").mkdir(parents=True)
    save_small(other / "models", name="circles")
    flags = ("generate", "--steps", "1", "--count", "1", "--threads", "1", "--model", "circles", "--json")
    code, out, _ = run(capsys, *flags, "--home", str(other))
    assert code == 0
    assert Path(json.loads(out)["files"][0]).is_relative_to(other / "runs")
    assert not home.exists()
    assert "circles" in run(capsys, "list", "--home", str(other), "--json")[1]
    assert run(capsys, *flags)[0] == 2


def test_list_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    """Tasks, samplers, methods, models and devices by name."""
    code, out, _ = run(capsys, "list", "--json")
    assert code == 0
    document = json.loads(out)
    text = json.dumps(document)
    assert all(name in text for name in ("generate", "ddim", "repaint", "digits", "cpu", "spherical"))
    words = " ".join(run(capsys, "list", "--help")[1].split())
    assert all(name in words for name in document)


def test_help_explains_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    """What nfe and sha256 are, and that noise writes a strip."""
    words = " ".join(run(capsys, "generate", "--help")[1].split())
    assert "nfe (network evaluations that each sample took)" in words
    assert "sha256 (fingerprint of the sample array" in words
    words = " ".join(run(capsys, "noise", "--help")[1].split())
    assert "strip" in words
    assert "--image FILE The picture to start from. (needed, unless --recipe brings it)" in words


def test_help_of_check_names_every_group_of_claims(capsys: pytest.CaptureFixture[str]) -> None:
    words = " ".join(run(capsys, "check", "--help")[1].split())
    assert all(group.name in words for group in groups())


def test_a_seed_given_with_a_recipe_replaces_its_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is given now is never silently overruled by what the recipe held."""
    preset = tmp_path / "seeds.toml"
    preset.write_text('task = "generate"\n[options]\nseeds = [4, 5]\nsteps = 1\n')
    flags = ("--recipe", str(preset), "--no-library", "--json", "--out", str(tmp_path / "o"))
    assert len(json.loads(run(capsys, "generate", *flags)[1])["files"]) == 3
    assert len(json.loads(run(capsys, "generate", *flags, "--count", "1")[1])["files"]) == 1


def test_open_without_a_display_fails_in_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """Also as a document; the commands that need no display are named."""
    monkeypatch.setattr("workbench.screen.has_display", lambda: False)
    code, out, err = run(capsys, "open", str(tmp_path), "--json")
    assert code == 1
    assert json.loads(out) == {"error": err.strip()}
    assert "main.py list" in err


def test_a_models_name_and_file_stay_whole_in_a_narrow_terminal(capsys: pytest.CaptureFixture[str], home: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """So that they can be copied, from a pipe as well."""
    monkeypatch.setenv("COLUMNS", "40")
    folder = home / "models"
    folder.mkdir(parents=True)
    file = save_small(folder, name="a-model-with-quite-a-long-name")
    out = run(capsys, "list", "--home", str(home))[1]
    (line,) = [line for line in out.splitlines() if str(file) in line]
    assert line.startswith("a-model-with-quite-a-long-name ")
    assert "arXiv" not in out, "references, which make lines of 300 letters, are in the document"


def test_a_value_that_begins_with_a_dash_comes_back_from_the_line_that_names_it() -> None:
    """A class is called as its folder is; its name must not pass for a flag."""
    form = task("generate").Form
    parser = Parser(prog="main.py", description="", epilog="")
    add_flags(parser, form)
    line = command_line(Recipe("generate", {"label": "-night", "model": "--old"}))
    found = parser.parse_args(shlex.split(line)[3:])
    assert (found.label, found.model) == ("-night", "--old")
