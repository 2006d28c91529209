"""Draw a citizens' assembly by the fairest lottery, with a record that anyone can verify."""
