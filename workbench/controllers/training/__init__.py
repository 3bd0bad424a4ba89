"""Controllers of Train: data, the run and its plots, words."""
