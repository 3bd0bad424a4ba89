"""A process that shows the window, says so, and ends; timed by the line “window visible”."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QCoreApplication


def main() -> None:
    """Show the window as `workbench.app.run` does, and write a line once it is painted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from workbench.app import application
    from workbench.home import temporary_home
    from workbench.window import MainWindow

    application()
    home = temporary_home()
    window = MainWindow(home)
    window.show()
    QCoreApplication.processEvents()
    window.repaint()
    sys.stdout.write("visible\n")
    sys.stdout.flush()
    window.close()
    home.remove()


if __name__ == "__main__":
    main()
