"""The small stance judge: how it was trained, and the weights that ship."""
