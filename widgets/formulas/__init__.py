"""Typeset formulas and the Equation panel."""
