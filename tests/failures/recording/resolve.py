"""What is asked for is not there, does not fit, or contradicts itself."""

import hashlib

from .case import INSTALLERS, Cases
from .packages import wheel

CASES = Cases()


def fill(index):
    for version in ("1.0", "1.1", "2.0"):
        index.add(wheel("apple", version))
    index.add(wheel("banana", "1.0", requires=["apple<2"]))
    index.add(wheel("cherry", "1.0", requires=["apple>=2"]))
    for version in ("1.0", "2.0"):
        index.add(wheel("newpython", version, python=">=3.99"), python=">=3.99")
    index.add(wheel("mixedpython", "1.0"))
    index.add(wheel("mixedpython", "2.0", python=">=3.99"), python=">=3.99")
    index.add(wheel("oldpython", "1.0", python="<3"), python="<3")
    index.add(wheel("otherplatform", "1.0", tag="cp311-cp311-win_amd64"))
    index.add(wheel("otherplatform", "1.1", tag="cp27-cp27m-win32"))
    index.add(wheel("yanked", "1.0"), yanked="it was broken")
    index.add(wheel("wantsmissing", "1.0", requires=["no-such-thing>=1"]))
    index.add(wheel("wantsnewer", "1.0", requires=["apple>=3"]))
    index.projects["empty"] = []


@CASES.of(*INSTALLERS)
def no_such_distribution(desk):
    return desk.install("no-such-thing")


@CASES.of(*INSTALLERS)
def no_such_distribution_with_specifier(desk):
    return desk.install("apple", "No_Such.Thing[extra]>=1.2,<2")


@CASES.of(*INSTALLERS)
def no_such_distribution_of_another(desk):
    return desk.install("wantsmissing")


@CASES.of(*INSTALLERS)
def no_files(desk):
    return desk.install("empty")


@CASES.of(*INSTALLERS)
def no_such_version(desk):
    return desk.install("apple==99")


@CASES.of(*INSTALLERS)
def no_such_version_range(desk):
    return desk.install("apple>=3,<4")


@CASES.of(*INSTALLERS)
def no_such_version_of_another(desk):
    return desk.install("wantsnewer")


@CASES.of(*INSTALLERS)
def wrong_python(desk):
    return desk.install("newpython")


@CASES.of(*INSTALLERS)
def wrong_python_version(desk):
    return desk.install("mixedpython==2.0")


@CASES.of(*INSTALLERS)
def wrong_python_old(desk):
    return desk.install("oldpython")


@CASES.of(*INSTALLERS)
def wrong_python_local(desk):
    name, data = wheel("newpython", "3.0", python=">=3.99")
    (desk.project / name).write_bytes(data)
    return desk.install(f"./{name}")


@CASES.of(*INSTALLERS)
def other_platform(desk):
    return desk.install("otherplatform")


@CASES.of(*INSTALLERS)
def yanked(desk):
    return desk.install("yanked")


@CASES.of(*INSTALLERS)
def conflict(desk):
    return desk.install("banana", "cherry")


@CASES.of(*INSTALLERS)
def conflict_of_versions(desk):
    return desk.install("apple==1.0", "apple==2.0")


@CASES.of(*INSTALLERS)
def conflict_with_own(desk):
    return desk.install("apple==1.0", "cherry==1.0")


@CASES.of(*INSTALLERS)
def conflict_with_constraint(desk):
    return desk.install("apple>=2", constraints=["apple<2"])


@CASES.of(*INSTALLERS)
def requirement_invalid(desk):
    return desk.install("apple===")


@CASES.of(*INSTALLERS)
def local_path_missing(desk):
    return desk.install("./not-there")


@CASES.of(*INSTALLERS)
def local_editable_missing(desk):
    return desk.install("-e ./not-there")


@CASES.of(*INSTALLERS)
def local_not_a_project(desk):
    (desk.project / "folder").mkdir()
    return desk.install("./folder")


@CASES.of(*INSTALLERS)
def include_missing(desk):
    return desk.install("-r not-there.txt")


@CASES.of(*INSTALLERS)
def hash_mismatch(desk):
    return desk.install("apple==1.0 --hash=sha256:" + "0" * 64)


@CASES.of(*INSTALLERS)
def hash_mismatch_of_link(desk):
    """The index itself promises another hash than its file has."""
    name, data = wheel("tampered", "1.0")
    desk.index.files[name] = data
    return desk.install(desk.index.url(f"files/{name}#sha256=" + "0" * 64))


@CASES.of(*INSTALLERS)
def hash_missing(desk):
    return desk.install("apple==1.0", options=["--require-hashes"])


@CASES.of(*INSTALLERS)
def hash_of_unpinned(desk):
    return desk.install("apple --hash=sha256:" + "0" * 64, options=["--require-hashes"])


@CASES.of(*INSTALLERS)
def hash_missing_of_another(desk):
    digest = hashlib.sha256(wheel("banana", "1.0", requires=["apple<2"])[1]).hexdigest()
    return desk.install(f"banana==1.0 --hash=sha256:{digest}")


@CASES.of(*INSTALLERS)
def wheel_name_bad(desk):
    (desk.project / "bad.whl").write_bytes(wheel("apple", "1.0")[1])
    return desk.install("./bad.whl")


@CASES.of(*INSTALLERS)
def wheel_not_supported(desk):
    name, data = wheel("apple", "1.0", tag="cp27-cp27m-win32")
    (desk.project / name).write_bytes(data)
    return desk.install(f"./{name}")


@CASES.of(*INSTALLERS)
def wheel_corrupt(desk):
    name, data = wheel("apple", "1.0")
    (desk.project / name).write_bytes(data[: len(data) // 2])
    return desk.install(f"./{name}")


@CASES.of(*INSTALLERS)
def wheel_corrupt_on_index(desk):
    return desk.install("corrupt")


@CASES.of(*INSTALLERS)
def wheel_of_another_name(desk):
    (desk.project / "pear-1.0-py3-none-any.whl").write_bytes(wheel("apple", "1.0")[1])
    return desk.install("./pear-1.0-py3-none-any.whl")
