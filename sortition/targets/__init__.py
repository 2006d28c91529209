"""From shares of the population to numbers of seats: pure numbers, no files."""
