"""What data are made of: mixtures fitted by expectation–maximisation."""
