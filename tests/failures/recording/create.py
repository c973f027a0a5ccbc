"""Environments that cannot be made."""

import sys
from pathlib import Path

from .case import Cases
from .desk import Impossible

CASES = Cases()
MAKERS = ("venv", "virtualenv", "uv")


def make(desk, python=None, options=()):
    """Makes the environment as the server does."""
    python = python or sys.executable
    if desk.tool.kind == "venv":
        if desk.tool.version == "2.7":
            raise Impossible("it is Python 2")
        return desk.run([desk.tool.path, "-I", "-m", "venv", *options, desk.env])
    if desk.tool.kind == "virtualenv":
        desk.variables["PYTHONPATH"] = str(desk.tool.path)
        return desk.run([sys.executable, "-m", "virtualenv", "--python", python, *options, desk.env])
    argv = [desk.tool.path, "venv", "--color", "never", "--no-project", "--python", python, *options, desk.env]
    return desk.run(argv)


@CASES.of("venv", environment=False)
def create_ensurepip_missing(desk):
    """A Debian without python3-venv: its `ensurepip` is not there."""
    folders = list(Path("/usr/lib").glob("python3.*/ensurepip"))
    if not folders or desk.tool.version != "3.11":
        raise Impossible("it is made with the system's Python, and once only")
    empty = desk.scratch / "empty"
    empty.mkdir()
    desk.privately("\n".join(f"mount --bind '{empty}' '{folder}'" for folder in folders))
    return desk.run(["/usr/bin/python3", "-I", "-m", "venv", desk.env])


@CASES.of("venv", environment=False)
def create_python_2(desk):
    if desk.tool.version != "2.7":
        raise Impossible("it is not Python 2")
    return desk.run([desk.tool.path, "-m", "venv", desk.env])


@CASES.of(*MAKERS, environment=False)
def create_disk_full(desk):
    desk.env = desk.scratch / "disk" / "env"
    desk.tiny_disk(desk.env.parent, 4 if desk.tool.kind == "uv" else 24)
    return make(desk)


@CASES.of("venv", "virtualenv", environment=False)
def create_disk_full_during_pip(desk):
    desk.env = desk.scratch / "disk" / "env"
    desk.tiny_disk(desk.env.parent, 2_000)
    return make(desk)


@CASES.of(*MAKERS, environment=False)
def create_permission(desk):
    desk.env = desk.scratch / "closed" / "env"
    desk.env.parent.mkdir(mode=0o555)
    desk.as_nobody_special()
    return make(desk)


@CASES.of(*MAKERS, environment=False)
def create_read_only(desk):
    desk.env = desk.scratch / "closed" / "env"
    desk.read_only(desk.env.parent)
    return make(desk)


@CASES.of(*MAKERS, environment=False)
def create_separator(desk):
    desk.env = desk.scratch / "a:b" / "env"
    desk.env.parent.mkdir()
    return make(desk)


@CASES.of(*MAKERS, environment=False)
def create_over_file(desk):
    desk.env.write_text("")
    return make(desk)


@CASES.of(*MAKERS, environment=False)
def create_under_file(desk):
    (desk.scratch / "file").write_text("")
    desk.env = desk.scratch / "file" / "env"
    return make(desk)


@CASES.of("uv", environment=False)
def create_over_environment(desk):
    desk.env.mkdir()
    (desk.env / "pyvenv.cfg").write_text("home = /usr/bin\n")
    return make(desk)


@CASES.of("uv", environment=False)
def create_over_folder(desk):
    desk.env.mkdir()
    (desk.env / "notes.txt").write_text("")
    return make(desk)


@CASES.of("virtualenv", "uv", environment=False)
def create_python_missing(desk):
    return make(desk, python="3.99")


@CASES.of("virtualenv", "uv", environment=False)
def create_python_broken(desk):
    broken = desk.scratch / "bin" / "python"
    broken.write_text("#!/bin/sh\necho 'a wrapper that fails' >&2\nexit 3\n")
    broken.chmod(0o755)
    return make(desk, python=broken)


@CASES.of("virtualenv", environment=False)
def create_python_too_old(desk):
    from .desk import python_version, pythons

    old = [python for python in pythons() if python_version(python)[0] == "2"]
    if not old:
        raise Impossible("there is no Python 2")
    return make(desk, python=old[0])
