"""Tells subscribers about a shift, once, by e-mail or webhook."""
