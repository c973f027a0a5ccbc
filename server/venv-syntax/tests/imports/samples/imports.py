#!/usr/bin/env python
# type: ignore
"""What a file imports."""
from __future__ import annotations

import importlib.util as iu, os.path
import sys as s
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from . import sibling
from ..parent.module import (  # noqa: F401, E402
    first as one,
    second,  # type: ignore[import-not-found]
)

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = importlib.import_module("pandas")

if sys.version_info >= (3, 11) and sys.platform.startswith(("win", "linux")):
    import tomllib
elif s.version_info[:2] == (3, 10) or os.name != "nt":
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
sys.path += [os.path.join(os.path.dirname(__file__), "..", "lib"), f"{ROOT}/x"]

try:
    import numpy.linalg
except (ImportError, ValueError) as error:
    try:
        from numpy import linalg
    except ModuleNotFoundError:
        raise
else:
    import scipy
finally:
    pass

with suppress(ImportError):
    import rich  # pyright: ignore[reportMissingImports]


class Base(__import__("six").with_metaclass(Meta)):
    import attr

    async def method(self, other=lambda x: pytest.importorskip("hypothesis")):
        async with self:
            import httpx; import yaml
        return [importlib.import_module(".a", package="b.c") async for x in await y if not -x ** 2]


match x:
    case {"a": [1, *rest]}:
        from sympy import *
