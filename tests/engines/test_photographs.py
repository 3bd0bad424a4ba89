"""The photographs of the bundled prior: their list, and how they are collected."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from dataclasses import fields
from pathlib import Path

import pytest

from engines.data import photographs as collecting
from engines.data.photographs import ARCHIVE, BAD_INPUT, MISSING, Photograph, collect, main, photographs
from engines.errors import BadData, NotWritable

WANTED = (Photograph("a.jpg", ARCHIVE, "photos/a.jpg", "A", "CC0"),
          Photograph("b.jpg", "walls", "usr/share/b.jpg", "B", "CC BY 4.0"),
          Photograph("other-b.jpg", "hills", "usr/share/b.jpg", "C", "CC BY 4.0"))
CONTENT = {"a.jpg": b"\xff\xd8 of a", "b.jpg": b"\xff\xd8 of b\r\n", "other-b.jpg": b"\xff\xd8 of another"}


def put(sources: Path, one: Photograph) -> None:
    """The photograph where its package has it."""
    file = sources / one.path if one.package == ARCHIVE else sources / one.package / one.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(CONTENT[one.file])


def packed(sources: Path, prefix: str = "") -> None:
    """The folder “photos” as an archive in its place."""
    with tarfile.open(sources / ARCHIVE, "w") as archive:
        archive.add(sources / "photos", f"{prefix}photos")
    for file in (sources / "photos").iterdir():
        file.unlink()
    (sources / "photos").rmdir()


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """All that is wanted."""
    for one in WANTED:
        put(tmp_path / "sources", one)
    return tmp_path / "sources"


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of what is wanted here in place of the program's."""
    file = tmp_path / "list.csv"
    names = [field.name for field in fields(Photograph)]
    rows = [",".join(getattr(one, name) for name in names) for one in WANTED]
    file.write_text("\n".join([",".join(names), *rows]) + "\n", encoding="utf-8")
    listed = photographs(file)
    monkeypatch.setattr(collecting, "photographs", lambda: listed)


def copies(folder: Path) -> dict[str, bytes]:
    """What lies in a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_list_names_author_and_licence_of_each() -> None:
    known = photographs()
    assert len({one.file for one in known}) == len(known) == 79
    assert all(all(getattr(one, field.name).strip() for field in fields(one)) for one in known)
    assert all(Path(one.file).name == one.file and ".." not in Path(one.path).parts for one in known)
    assert sum(one.package == ARCHIVE for one in known) == 47
    assert {one.package for one in known} == {ARCHIVE, "lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04",
                                              "mate-backgrounds", "plasma-workspace-wallpapers"}
    readme = (collecting.LIST.parent / "README.md").read_text(encoding="utf-8")
    assert all(f"`{package}`" in readme for package in {one.package for one in known})


@pytest.mark.parametrize("prefix", [None, "", "./"])
def test_photographs_are_copied_byte_for_byte(sources: Path, tmp_path: Path, prefix: str | None) -> None:
    """From a folder and from an archive, under the names of the list, which tells two of one name apart."""
    if prefix is not None:
        packed(sources, prefix)
    assert list(collect(sources, tmp_path / "made" / "here", WANTED)) == []
    assert copies(tmp_path / "made" / "here") == CONTENT


def test_each_that_is_missing_is_told_with_the_way_to_get_it(sources: Path, tmp_path: Path) -> None:
    (sources / "photos" / "a.jpg").unlink()
    (sources / "hills" / "usr" / "share" / "b.jpg").unlink()
    told = list(collect(sources, tmp_path / "made", WANTED))
    assert copies(tmp_path / "made") == {"b.jpg": CONTENT["b.jpg"]}
    assert told == [
        f"“a.jpg” is missing, since “photos.tar” is not in “{sources}” or has no “photos/a.jpg”; put the archive "
        "“photos.tar” there, or its unpacked folder “photos”.",
        f"“other-b.jpg” is missing, since “hills” is not in “{sources}” or has no “usr/share/b.jpg”; run "
        "“apt-get download hills && dpkg-deb -x hills*.deb hills” there."]


def test_an_archive_without_one_of_them_lacks_it_alone(sources: Path, tmp_path: Path) -> None:
    packed(sources)
    more = Photograph("c.jpg", ARCHIVE, "photos/c.jpg", "C", "CC0")
    folder = Photograph("photos", ARCHIVE, "photos", "C", "CC0")  # is in the archive, and no file
    told = list(collect(sources, tmp_path / "made", (more, *WANTED, folder)))
    assert [sentence.split(" is missing")[0] for sentence in told] == ["“c.jpg”", "“photos”"]
    assert copies(tmp_path / "made") == CONTENT


def test_sources_that_cannot_be_used_are_named(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="nowhere” is no folder; choose the one that holds “photos.tar”"):
        list(collect(tmp_path / "nowhere", tmp_path / "made", WANTED))
    (sources / ARCHIVE).write_text("no archive")
    with pytest.raises(BadData, match="“photos.tar” is damaged or no archive .*; copy it again"):
        list(collect(sources, tmp_path / "made", WANTED))


def test_an_archive_that_is_cut_short_is_damaged(sources: Path, tmp_path: Path) -> None:
    (sources / "photos" / "a.jpg").write_bytes(bytes(20_000))
    packed(sources)
    whole = (sources / ARCHIVE).read_bytes()
    (sources / ARCHIVE).write_bytes(whole[:8_000])
    with pytest.raises(BadData, match=r"“photos\.tar” is damaged"):
        list(collect(sources, tmp_path / "made", WANTED))


def test_a_folder_that_is_a_file_is_said(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "made").write_text("a file")
    with pytest.raises(NotWritable, match="cannot be written"):
        list(collect(sources, tmp_path / "made", WANTED))


@pytest.mark.usefixtures("few")
def test_the_command_counts_them(sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(sources), str(tmp_path / "made")]
    assert main(words) == 0
    assert capsys.readouterr() == (f"3 photographs of 3 are in “{tmp_path / 'made'}”.\n", "")
    (sources / "walls" / "usr" / "share" / "b.jpg").unlink()
    assert main([str(sources), str(tmp_path / "again")]) == MISSING
    out, err = capsys.readouterr()
    assert out == f"2 photographs of 3 are in “{tmp_path / 'again'}”.\n"
    assert err.count("\n") == 1
    assert "apt-get download walls && dpkg-deb -x walls*.deb walls" in err
    assert main([str(tmp_path / "nowhere"), words[1]]) == BAD_INPUT
    assert "is no folder" in capsys.readouterr().err


def test_a_list_of_other_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    for text in ("file,package\na.jpg,walls\n", "file,package,path,author,licence\na.jpg,walls\n"):
        file.write_text(text)
        with pytest.raises(BadData, match=r"“list\.csv” is no list of photographs with the columns file, package"):
            photographs(file)
    for text in (b"", b"\xff"):
        file.write_bytes(text)
        with pytest.raises(BadData, match="cannot be read"):
            photographs(file)


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    """With nothing among the sources all are missing."""
    done = subprocess.run([sys.executable, "-m", "engines.data.photographs", str(tmp_path), str(tmp_path / "made")],
                          capture_output=True, encoding="utf-8", check=False, cwd=collecting.LIST.parents[2],
                          env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == MISSING
    assert done.stderr.count(" is missing, since ") == 79
    assert done.stdout.startswith("0 photographs of 79 are in")
