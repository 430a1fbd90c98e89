"""What moves a scenario's outcome: the questions that `kichban sensitivity` asks a study."""

from kichban.study.sensitivity.asked import Asked, ask
from kichban.study.sensitivity.discover import Discovered, discover_of
from kichban.study.sensitivity.sobol import Sobol, sobol_of
from kichban.study.sensitivity.tornado import Tornado, tornado_of

__all__ = [
    "Asked", "Discovered", "Sobol", "Tornado", "ask", "discover_of", "sobol_of", "tornado_of",
]  # fmt: skip
