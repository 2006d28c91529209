"""Tables of the population, as statistical offices publish them, and a build file -> a quota spec."""

from sortition.reading.population.build_file import Built, read_build
from sortition.reading.population.build_sheet import read_sheet

__all__ = ["Built", "read_build", "read_sheet"]
