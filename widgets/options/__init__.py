"""The form of a task: one row an option, made from its fields."""
