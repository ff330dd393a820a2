"""The HTTP service: health, the JSON API and the pages people look at."""
