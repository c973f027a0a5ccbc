"""Reads requirements files as pip does before it resolves anything, over and over, and says how long it took.

A line of input is a number of passes and paths, with tabs between them; the answer is a number of seconds.
"""

import logging
import sys
import time

from pip import __version__
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.req.req_file import parse_requirements

try:
    from pip._internal.utils.packaging import get_requirement
except ImportError:
    get_requirement = None

logging.disable(logging.CRITICAL)
session = PipSession()


def read(path):
    # Otherwise only the first pass would read the requirements.
    if hasattr(get_requirement, "cache_clear"):
        get_requirement.cache_clear()
    for parsed in parse_requirements(path, session):
        install_req_from_parsed_requirement(parsed)


print(f"pip {__version__}", flush=True)
for line in sys.stdin:
    passes, *paths = line.rstrip("\n").split("\t")
    start = time.perf_counter()
    try:
        for _ in range(int(passes)):
            for path in paths:
                read(path)
    except Exception as error:
        print("error:", " ".join(str(error).split()), flush=True)
    else:
        print(time.perf_counter() - start, flush=True)
