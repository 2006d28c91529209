"""Tables of the population, as statistical offices publish them, and a build file -> a quota spec."""

from sortition.reading.population.build_file import read_build
from sortition.reading.population.build_sheet import read_sheet
from sortition.reading.population.builder import Built

__all__ = ["Built", "read_build", "read_sheet"]
