"""How right the readings are: measures on labelled data, one file for each kind of data."""
