"""Charts and curves, how they are read and exported."""
