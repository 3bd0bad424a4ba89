"""Training objectives: what the loss of a sample is, one file each."""
