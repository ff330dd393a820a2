"""Pulls feeds and turns their entries into clean, dated articles."""
