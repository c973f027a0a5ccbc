#!/usr/bin/env python
"""Installs `setup(install_requires=["nothing"])`."""
import re
from setuptools import find_packages, setup

with open("example/__init__.py") as source:
    VERSION = re.search(r'__version__ = "([^"]+)"', source.read()).group(1)

BASE = [
    "requests>=2.31,<3",  # "the only one"
    'importlib-metadata;python_version<"3.10"',
]
TESTS = ["pytest" ">=8", f"example-plugin=={VERSION}"]
EXTRAS = {"docs": ["sphinx>=7", "f\u0075ro"], ":os_name == 'nt'": ["colorama"]}
EXTRAS["all"] = sum(EXTRAS.values(), [])

if __name__ == "__main__":
    setup(
        name="example",
        version=VERSION,
        packages=find_packages(),
        install_requires=BASE + ["click"],
        extras_require=EXTRAS,
        tests_require=TESTS,
        setup_requires=("wheel",),
        python_requires=">=3.9",
    )
