"""The claims of `check`: run beside the window, worded, kept."""
