"""Reads who says what about which issue, and finds changes of position."""
