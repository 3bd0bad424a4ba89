"""One workspace per modality."""
