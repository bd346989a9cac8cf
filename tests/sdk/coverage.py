"""Which methods of an SDK a module of tests exercises, read from its source; runs nothing."""

import inspect
import re
from collections.abc import Iterable
from types import ModuleType


def unexercised(methods: Iterable[str], *modules: ModuleType) -> set[str]:
    """Those of `methods` that no test or fixture of `modules` calls.

    A test calls a method by its name in quotes, behind a slash where it belongs to a group or other object
    (`"sendToAll"`, `"g/sendToAll"`), or as an attribute (`client.close`).
    """
    source = "\n".join(inspect.getsource(module) for module in modules)
    return {name for name in methods if not re.search(_call(name), source)}


def _call(name: str) -> str:
    """What a call of `name` looks like; of an object's method, whatever the object's name is."""
    owner, _, method = name.rpartition("/")
    return rf"/{re.escape(method)}[\"']" if owner else rf"[\"'.]{re.escape(method)}[\"'(]"
