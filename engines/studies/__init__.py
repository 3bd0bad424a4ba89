"""Studies: what can be shown by measuring, each with the exact answer beside it; one file each."""
