"""Where a blur is drawn, beside the picture that it blurs."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from widgets.controls.segmented import Segmented
from widgets.masks.kernel_pad import SIDE, KernelPad
from workbench.actions import Actions
from workbench.parts import IconButton, column, label, row

SIDES = (7, SIDE, 31, 61)
WIDE = 156  # px
TOLD = "Draw what the blur makes of a single point."


class KernelPanel(QFrame):
    """The pad with its size and its actions. It has no signals of its own.

    Args:
        actions: of the window, which has those of the kernel.
    """

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("role", "canvas")
        self.setFixedWidth(WIDE)
        self.pad = KernelPad()
        self.pad.setFixedSize(132, 132)
        self.sides = Segmented([(str(side), str(side)) for side in SIDES], "Side of the kernel, in pixels")
        self.sides.setProperty("small", True)
        self.sides.set_value(str(SIDE))
        self.sides.setToolTip("Side of the kernel, in pixels of the picture as the model sees it")
        buttons = row(IconButton("folder-open", actions["kernel.open"]), IconButton("trash-2", actions["kernel.clear"]),
                      1, spacing=2)
        told = label(TOLD, "caption")
        told.setWordWrap(True)
        layout = column(1, label("Kernel", "head"), self.pad, told, self.sides, margins=(14, 0, 10, 0), spacing=8,
                        parent=self)
        layout.addLayout(buttons)
        layout.addStretch(1)
        self.sides.chosen.connect(lambda side: self.pad.resize_kernel(int(side)))
        self.pad.changed.connect(lambda: self.sides.set_value(str(self.pad.kernel.shape[0])))
