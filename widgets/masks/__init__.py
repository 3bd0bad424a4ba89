"""The canvas that a mask is painted on."""
