"""A peer’s environment: made once, made anew where it is not whole or its packages are gone, a user’s own kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from workbench.bench import peer
from workbench.bench.peer import MADE, SHARED, Wanted, peer_python

PEER = Wanted("Peer", ("peer>=1",), ("json",), "a-peer")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subcommands by which environments are made in a cache of the test's own, with no package fetched."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = list[str]()

    def call(command: list[str], wanted: Wanted) -> None:
        assert wanted is PEER
        found.append(command[2])
        if command[2] == "venv":
            subprocess.run([*command, "--without-pip"], check=True)

    monkeypatch.setattr(peer, "_call", call)
    return found


def made() -> Path:
    """The interpreter that is there in the end."""
    return peer_python(None, print, PEER)


def test_an_environment_is_made_once(calls: list[str]) -> None:
    python = made()
    assert calls == ["venv", "pip", "pip"]
    assert made() == python
    assert len(calls) == 3


@pytest.mark.parametrize("left", [None, "/gone/site-packages\npeer>=1"])
def test_one_that_is_not_whole_is_made_again(calls: list[str], left: str | None) -> None:
    """Stopped before its end, or beside an environment of this program that is no more."""
    made()
    mark = PEER.home / MADE
    if left is None:
        mark.unlink()
    else:
        mark.write_text(left, encoding="utf-8")
        (shared,) = PEER.home.rglob(SHARED)
        shared.write_text("/gone/site-packages\n", encoding="utf-8")
    made()
    assert calls == ["venv", "pip", "pip"] * 2
    assert all(Path(file.read_text(encoding="utf-8").strip()).exists() for file in PEER.home.rglob(SHARED))


def test_a_users_own_environment_is_taken_as_it_is(calls: list[str]) -> None:
    python = made()
    (PEER.home / MADE).unlink()
    calls.clear()
    assert peer_python(PEER.home, print, PEER) == python
    assert calls == []
