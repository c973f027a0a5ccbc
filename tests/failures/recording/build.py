"""Source distributions that cannot be built."""

from .case import INSTALLERS, Cases
from .packages import sdist

CASES = Cases()

PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
OWN_BACKEND = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'

EXTENSION = """from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext


class Build(build_ext):
    def finalize_options(self):
        super().finalize_options()
        {adjust}


setup(name="{name}", version="1.0", cmdclass={{"build_ext": Build}},
      ext_modules=[Extension("{name}", ["module.c"])])
"""

BACKEND = """import os, subprocess, sys


def build_wheel(folder, config_settings=None, metadata_directory=None):
    {body}


def build_editable(folder, config_settings=None, metadata_directory=None):
    {body}


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_sdist(folder, config_settings=None):
    raise NotImplementedError
"""


def fill(index):
    for name in ("setuptools", "wheel", "packaging"):
        path = index.helpers[name]
        index.add((path.name, path.read_bytes()))
    setups = {
        "setupraises": 'raise RuntimeError("needs libfoo")\n',
        "setupexits": 'import sys\nsys.exit("libfoo is needed, see its manual")\n',
        "setupimports": "import numpy\n",
        "setuppython2": 'print "hello"\n',
        "wantspgconfig": "import sys\n"
        'sys.stderr.write("\\nError: pg_config executable not found.\\n\\npg_config is required to build.\\n")\n'
        "sys.exit(1)\n",
        "wantsmysqlconfig": 'import subprocess\nsubprocess.check_output(["mysql_config", "--libs"])\n',
        "shellsout": 'import os, sys\nsys.exit(os.system("xml2-config --libs") >> 8)\n',
    }
    for name, text in setups.items():
        index.add(sdist(name, "1.0", {"setup.py": text}))
    index.add(sdist("setupraisesmodern", "1.0", {"setup.py": setups["setupraises"], "pyproject.toml": PYPROJECT}))
    extensions = {
        "wantscompiler": ("pass", "#include <Python.h>\n"),
        "wantspythonh": ("self.include_dirs = []", "#include <Python.h>\n"),
        "wantsheader": ("pass", "#include <libxml/xmlversion.h>\n"),
        "wantslibrary": ('self.libraries = ["nosuchlibrary"]', "int x;\n"),
        "badsource": ("pass", "int main( { return }\n"),
    }
    for name, (adjust, source) in extensions.items():
        setup = EXTENSION.format(name=name, adjust=adjust)
        files = {"setup.py": setup, "pyproject.toml": PYPROJECT, "module.c": source}
        index.add(sdist(name, "1.0", files))
    backends = {
        "backendraises": 'raise ValueError("no version was found")',
        "backendexits": 'print("the configuration is wrong", file=sys.stderr); sys.exit(3)',
        "wantscargo": 'subprocess.run(["cargo", "rustc", "--release"], check=True)',
        "wantscargosays": 'print("Cargo, the Rust package manager, is not installed or is not on PATH.\\n'
        'This package requires Rust and Cargo to compile extensions.", file=sys.stderr); sys.exit(1)',
        "wantsrustc": 'print("error: can\'t find Rust compiler", file=sys.stderr); sys.exit(1)',
        "wantscmake": 'subprocess.check_call(["cmake", "--version"])',
        "killedbuild": "os.kill(os.getpid(), 9)",
        "killsinstaller": "os.kill(os.getppid(), 9)",
    }
    for name, body in backends.items():
        files = {"pyproject.toml": OWN_BACKEND, "backend.py": BACKEND.format(body=body)}
        index.add(sdist(name, "1.0", files))
    missing = PYPROJECT.replace('"setuptools"', '"no-such-backend"')
    index.add(sdist("wantsbackend", "1.0", {"pyproject.toml": missing}))
    nowhere = PYPROJECT.replace("setuptools.build_meta", "nowhere.api")
    index.add(sdist("badbackend", "1.0", {"pyproject.toml": nowhere}))
    index.add(sdist("badtoml", "1.0", {"pyproject.toml": "[build-system\n"}))


def of_package(case, name, *programs, kinds=INSTALLERS):
    """A case that asks for one source distribution, with these programs on `PATH` or with all."""

    def run(desk):
        if programs:
            desk.only_programs(*programs)
        return desk.install(name)

    run.__name__ = case
    CASES.of(*kinds)(run)


of_package("build_setup_raises", "setupraises")
of_package("build_setup_raises_with_pyproject", "setupraisesmodern")
of_package("build_setup_exits", "setupexits")
of_package("build_setup_imports", "setupimports")
of_package("build_setup_python_2", "setuppython2")
of_package("build_backend_raises", "backendraises")
of_package("build_backend_exits", "backendexits")
of_package("build_compiler_missing", "wantscompiler", "sh", "uname", "ldd")
of_package("build_python_header_missing", "wantspythonh")
of_package("build_header_missing", "wantsheader")
of_package("build_library_missing", "wantslibrary")
of_package("build_source_wrong", "badsource")
of_package("build_pg_config_missing", "wantspgconfig")
of_package("build_program_missing", "wantsmysqlconfig")
of_package("build_program_missing_in_shell", "shellsout", "sh", "uname", "ldd")
of_package("build_cargo_missing", "wantscargo", "sh", "uname", "ldd")
of_package("build_cargo_missing_said", "wantscargosays")
of_package("build_rustc_missing", "wantsrustc")
of_package("build_cmake_missing", "wantscmake", "sh", "uname", "ldd")
of_package("build_requirement_missing", "wantsbackend")
of_package("build_backend_missing", "badbackend")
of_package("build_pyproject_invalid", "badtoml")
of_package("build_killed", "killedbuild")
of_package("killed", "killsinstaller")


@CASES.of("pip")
def build_with_setuptools_inside(desk):
    """An old pip runs `setup.py` itself then."""
    desk.put(desk.helpers["setuptools"])
    desk.put(desk.helpers["wheel"])
    return desk.install("setupraises")


@CASES.of("pip")
def build_compiler_missing_with_setuptools_inside(desk):
    desk.put(desk.helpers["setuptools"])
    desk.put(desk.helpers["wheel"])
    desk.only_programs("sh", "uname")
    desk.index.add(
        sdist("oldcompiler", "1.0", {"setup.py": EXTENSION.format(name="oldcompiler", adjust="pass"), "module.c": ""})
    )
    return desk.install("oldcompiler")


@CASES.of(*INSTALLERS)
def build_of_local_project(desk):
    (desk.project / "pyproject.toml").write_text(OWN_BACKEND)
    (desk.project / "backend.py").write_text(BACKEND.format(body='raise ValueError("no version was found")'))
    return desk.install("-e .")


@CASES.of(*INSTALLERS)
def git_missing(desk):
    desk.only_programs("sh", "uname", "ldd")
    return desk.install(f"apple @ git+http://127.0.0.1:{desk.index.port}/status/404/apple.git")


@CASES.of(*INSTALLERS)
def git_not_found(desk):
    return desk.install(f"apple @ git+http://127.0.0.1:{desk.index.port}/status/404/apple.git")


@CASES.of(*INSTALLERS)
def git_unreachable(desk):
    return desk.install("apple @ git+http://index.invalid/apple.git@main")


@CASES.of(*INSTALLERS)
def git_authentication(desk):
    return desk.install(f"apple @ git+http://127.0.0.1:{desk.index.port}/private/apple.git")
