"""A study and its editions: open, check, series, run, report; the object behind the Python API."""

from kichban.study.cache import Cache
from kichban.study.config import Config, read_config
from kichban.study.edition import Edition
from kichban.study.study import Study, open_study

__all__ = ["Cache", "Config", "Edition", "Study", "open_study", "read_config"]
