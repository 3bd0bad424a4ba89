"""What the offer to resume says: true of each run, whether or not there was time to save it."""

from __future__ import annotations

import numpy as np

from engines.context import Start
from workbench.library.library import Library
from workbench.library.records import NewRun, Run, State
from workbench.running.interrupted import TRAINING, in_turn, offered
from workbench.running.run_files import save_point
from workbench.running.settled import settle


def interrupted(library: Library, name: str, *files: str) -> Run:
    """A run of 400 steps with files in its folder."""
    run = library.add(NewRun(Library.new_id(), name, "train", "{}", {"steps": 400}))
    library.set_progress(run.id, 0 if name == "new" else 91, 400, 1.0)
    folder = library.folder(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file).write_bytes(b"")
    return library.run(run.id)


def test_a_run_that_was_never_saved_begins_anew(library: Library) -> None:
    """Alone and among others; one that was saved is not promised a step that its file does not tell."""
    lost, kept = interrupted(library, "lost"), interrupted(library, "kept", "resume.npz")
    ended, alone = "interrupted when the program ended", "interrupted at step 91 of 400 when the program ended"
    assert offered(library, [lost]) == f"“lost” was {alone}; nothing of it was saved yet, so it would begin anew."
    assert offered(library, [kept]) == f"“kept” was {alone}; what was done is kept."
    assert offered(library, [kept, kept]) == f"2 runs were {ended} (“kept”, “kept”); what was done is kept."
    assert offered(library, [kept, lost]).endswith("1 of them had not been saved yet and would begin anew.")
    assert offered(library, [lost, lost]).endswith("none of them had been saved yet and would begin anew.")
    new = interrupted(library, "new")
    assert offered(library, [new]) == "“new” was interrupted before its first step when the program ended."
    broken = interrupted(library, "broken", "training.safetensors")
    assert offered(library, [broken]) == f"“broken” was {alone}; what was done is kept."


def test_sampling_goes_on_before_the_training_of_its_model(library: Library) -> None:
    """The training was interrupted first, but it would write the model anew; one that never began may wait for it."""
    training = interrupted(library, "pics", "training.safetensors")
    begun, waiting = (library.add(NewRun(Library.new_id(), "Generate", "generate", "{}", {"model": "pics"}))
                      for _ in range(2))
    library.set_progress(begun.id, 43, 80, 1.0)
    newest_first = [library.run(run.id) for run in (waiting, begun, training)]
    assert [run.id for run in in_turn(newest_first)] == [begun.id, training.id, waiting.id]


def test_the_library_says_the_step_that_a_resume_starts_from(library: Library) -> None:
    """Not the last one counted before the kill; what was never saved, or is damaged, stays as it is."""
    cut, lost, broken = (interrupted(library, name) for name in ("cut", "lost", "broken"))
    save_point(library.folder(cut.id), Start(88, np.zeros((1, 1, 2, 2), np.float32)))
    for name in (TRAINING, "resume.npz"):
        (library.folder(broken.id) / name).write_bytes(b"no state")
    for run in (cut, lost, broken):
        library.set_state(run.id, State.INTERRUPTED)
    settle(library)
    assert [library.run(run.id).done for run in (cut, lost, broken)] == [88, 91, 91]
    assert library.run(cut.id).total == 400
    assert "step 88 of 400" in offered(library, [library.run(cut.id)])
