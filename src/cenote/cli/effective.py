"""The settings of a command: what was typed goes before the environment, and is put there for the worker processes."""

import os
from collections.abc import Mapping

from cenote.base.settings import PREFIX, Settings, config_path, load


def effective_settings(typed: Mapping[str, object] | None = None) -> Settings:
    """
    The settings with *typed* (by field name; None is not typed) over them, in this process's environment from now on.

    Raises SettingError.
    """
    for name, value in (typed or {}).items():
        if value is not None:
            os.environ[PREFIX + name.upper()] = str(value)
    return load(os.environ, config_path(os.environ))
