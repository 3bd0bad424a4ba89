"""Formulas that lecture notes print differently, one file a question: each print is run against the exact oracle."""
