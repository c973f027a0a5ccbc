"""The machine, or how it is set up, is in the way."""

import os
import shutil
import sys
from pathlib import Path

from .case import INSTALLERS, Cases
from .desk import Impossible
from .packages import big_wheel, wheel

CASES = Cases()
SYSTEM = Path("/usr/bin/python3")


def fill(index):
    index.add(big_wheel("large", "1.0", 4_000_000))


@CASES.of(*INSTALLERS)
def disk_full(desk):
    desk.tiny_disk(desk.env, 3_000)
    return desk.install(*filler(desk))


def filler(desk):
    """Fills the environment's disk, as far as the large wheel does not fit any more."""
    script = desk.prefix[4]
    fill = f"dd if=/dev/zero of='{desk.env}/filler' bs=1k 2>/dev/null || true\ntruncate -s -1000k '{desk.env}/filler'"
    desk.prefix[4] = script.replace('\nexec "$@"', f'\n{fill}\nexec "$@"')
    return ["large==1.0"]


@CASES.of(*INSTALLERS)
def disk_full_while_downloading(desk):
    desk.tiny_disk(desk.tmp, 1_000)
    desk.variables["UV_CACHE_DIR"] = str(desk.tmp / "cache")
    requirements = desk.scratch / "kept"
    shutil.rmtree(requirements)
    requirements.mkdir()
    (requirements / "requirements.txt").write_text("large==1.0\n")
    return desk.install("large==1.0")


@CASES.of(*INSTALLERS)
def permission(desk):
    desk.site.chmod(0o555)
    desk.as_nobody_special()
    return desk.install("apple==1.0")


@CASES.of(*INSTALLERS)
def permission_to_remove(desk):
    """What is to be replaced lies in a folder that may not be written."""
    desk.put_file(wheel("apple", "1.0"))
    record = desk.site / "apple-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text())
    desk.site.chmod(0o555)
    (desk.site / "apple-1.0.dist-info").chmod(0o555)
    desk.as_nobody_special()
    return desk.install("apple==2.0")


@CASES.of("uv")
def permission_of_cache(desk):
    cache = desk.home / "uv-cache"
    cache.mkdir()
    cache.chmod(0o555)
    desk.as_nobody_special()
    return desk.install("apple==1.0")


@CASES.of(*INSTALLERS)
def read_only(desk):
    desk.read_only(desk.env)
    return desk.install("apple==1.0")


@CASES.of(*INSTALLERS)
def externally_managed(desk):
    """The system's Python. A pip that does not know the mark would install into it, so it is not run."""
    marks = list(Path("/usr/lib").glob("python3.*/EXTERNALLY-MANAGED"))
    if not marks or not SYSTEM.exists():
        raise Impossible("the system's Python is not externally managed")
    if desk.tool.kind == "uv":
        return desk.run(
            [desk.tool.path, "pip", "install", "--color", "never", "--dry-run", "--python", SYSTEM, "apple==1.0"]
        )
    if not desk.tool.is_at_least(23):
        raise Impossible("this pip does not know the mark")
    return desk.run([SYSTEM, desk.tool.path / "pip", "install", "--dry-run", "--no-color", "apple==1.0"])


@CASES.of("pip")
def environment_required(desk):
    pip = [sys.executable, "-I", desk.tool.path / "pip"]
    if os.path.realpath(sys.prefix) != os.path.realpath(sys.base_prefix):
        pip[0] = sys._base_executable
    return desk.run([*pip, "install", "--require-virtualenv", "--no-color", "apple==1.0"])


@CASES.of("uv", environment=False)
def environment_missing(desk):
    return desk.install("apple==1.0")


@CASES.of("pip")
def user_install(desk):
    configuration = desk.home / "pip.conf"
    configuration.write_text("[install]\nuser = true\n")
    desk.variables["PIP_CONFIG_FILE"] = str(configuration)
    del desk.variables["PIP_USER"]
    return desk.install("apple==1.0")


@CASES.of("uv")
def user_option(desk):
    return desk.install("apple==1.0", options=["--user"])


@CASES.of("pip")
def pip_missing(desk):
    (desk.site / "pip").unlink()
    return desk.install("apple==1.0")


@CASES.of("pip")
def pip_broken(desk):
    (desk.site / "pip").unlink()
    left_out = shutil.ignore_patterns("commands")
    shutil.copytree(desk.tool.unpacked()[0], desk.site / "pip", ignore=left_out)
    return desk.install("apple==1.0")


@CASES.of("pip")
def option_unknown(desk):
    return desk.install("apple==1.0", options=["--no-such-option"])


@CASES.of("pip")
def configuration_broken(desk):
    configuration = desk.home / "pip.conf"
    configuration.write_text("index-url = nowhere\n")
    desk.variables["PIP_CONFIG_FILE"] = str(configuration)
    return desk.install("apple==1.0")


@CASES.of("uv")
def python_missing(desk):
    return desk.install("apple==1.0", python="3.99")


@CASES.of("pip")
def uninstall_impossible(desk):
    """What is there was laid by something else, without a list of its files."""
    (desk.site / "apple-1.0.dist-info").mkdir()
    (desk.site / "apple-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: apple\nVersion: 1.0\n")
    (desk.site / "apple-1.0.dist-info" / "INSTALLER").write_text("conda\n")
    return desk.install("apple==2.0")


@CASES.of("pip")
def uninstall_impossible_distutils(desk):
    (desk.site / "apple-1.0.egg-info").write_text("Metadata-Version: 1.0\nName: apple\nVersion: 1.0\n")
    return desk.install("apple==2.0")
