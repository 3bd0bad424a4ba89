"""Pictures: one, many, two beside each other."""
