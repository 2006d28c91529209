"""The steps around the draw, each a function from data to data."""
