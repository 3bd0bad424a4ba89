"""A program of its own that runs one recipe in a library and says how far it is; tests kill it.

Usage: python -m tests.workbench.killed HOME RECIPE_FILE|resume
Prints the job's done steps, one a line, and at the end “sha256 …” or “state …”.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from workbench.home import Home
from workbench.library.library import Library
from workbench.running.jobs import JobQueue


def main(root: str, what: str) -> int:
    """Run or resume, printing progress."""
    app = QCoreApplication([])
    library = Library.open(Home(Path(root)))
    queue = JobQueue(library)
    queue.start()
    if what == "resume":
        job = queue.resume(library.interrupted()[0].id)
    else:
        job = queue.submit(Path(what).read_text(encoding="utf-8"))
    timer = QTimer()
    timer.timeout.connect(lambda: print(queue.job(job.id).done, flush=True))  # noqa: T201
    timer.start(20)
    queue.job_finished.connect(lambda _job: app.quit())
    app.exec()
    live = queue.live(job.id)
    last = queue.job(job.id)
    print("sha256", live.sha256 if live else "", last.sentence, last.state, flush=True)  # noqa: T201
    queue.close()
    library.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
