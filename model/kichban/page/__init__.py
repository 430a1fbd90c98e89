"""The planners' page: levers on the left, the result in words and pictures on the right."""

from kichban.page.server import make_server, serve

__all__ = ["make_server", "serve"]
