"""The session file: a round trip, a first start, and a damaged file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.session import Session, load_session, save_session


def test_a_session_comes_back_as_it_was(tmp_path: Path) -> None:
    """Bytes of the layout included; recent files keep the newest first, each once."""
    session = Session("images", "light", b"\x00\xffgeometry", b"layout", run="r1", extra={"splitter": [3, 4]})
    session = replace(session, options={"generate": {"steps": 9, "sampler": {"name": "ddim"}}})
    for name in ("a.png", "b.png", "a.png"):
        session = session.with_recent(name)
    save_session(tmp_path / "session.json", session)
    assert load_session(tmp_path / "session.json") == (session, "")
    assert session.recent == ("a.png", "b.png")


def test_a_first_start_has_the_defaults(tmp_path: Path) -> None:
    """And nothing to complain of."""
    assert load_session(tmp_path / "none.json") == (Session(), "")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layout": "%%%"}', '{"options": 3}', '{"recent": 5}', '{"run": 1}',
                                  '{"theme": "x", "options": {"a": 4}}', "null"])
def test_a_damaged_file_gives_defaults_and_a_sentence(tmp_path: Path, text: str) -> None:
    """The window starts all the same."""
    (tmp_path / "session.json").write_text(text)
    session, sentence = load_session(tmp_path / "session.json")
    assert session == Session()
    assert "starts afresh" in sentence


def test_fields_of_another_program_are_passed_over(tmp_path: Path) -> None:
    """A newer program may have kept more."""
    (tmp_path / "session.json").write_text('{"workspace": "train", "future": 1}')
    assert load_session(tmp_path / "session.json") == (Session("train"), "")
