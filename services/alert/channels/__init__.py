"""The ways out: each takes a parcel to one receiver and says what became of it."""
