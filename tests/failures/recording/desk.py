"""Tools in a scratch folder, environments for them, and runs of them whose output is written down."""

import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

PIPS = ["20.3.4", "21.3.1", "22.3.1", "23.0.1", "23.3.2", "24.0", "24.3.1", "25.0.1", "25.3", ""]
UVS = ["0.5.31", "0.8.24", ""]

# As the server runs them (`VARIABLES` in venv-analysis, plan.rs).
VARIABLES = {
    "PIP_USER": "0",
    "PIP_NO_INPUT": "1",
    "PIP_BREAK_SYSTEM_PACKAGES": "0",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_NO_PROGRESS": "1",
    "NO_COLOR": "1",
    "GIT_TERMINAL_PROMPT": "0",
}
# So that a recording does not take minutes.
PATIENCE = {"PIP_RETRIES": "1", "PIP_TIMEOUT": "1", "UV_HTTP_RETRIES": "1", "UV_HTTP_TIMEOUT": "1"}


# The lines of pip's log that are kept.
TELLING = ("Could not fetch URL", "Link requires a different Python")


class Impossible(Exception):
    """Why this machine cannot make a failure happen."""


class Tool:
    """One version of pip, uv, venv or virtualenv."""

    def __init__(self, kind, version, path):
        self.kind, self.version, self.path = kind, version, path
        self.name = f"{kind}-{version}"

    def unpacked(self):
        """The folders of pip's wheel."""
        folder = self.path.parent / "unpacked"
        return [folder / "pip", folder / f"pip-{self.version}.dist-info"]

    def is_at_least(self, major, minor=0):
        parts = [int(part) for part in re.findall(r"\d+", self.version)[:2]]
        return parts >= [major, minor]


def tools(scratch):
    """Fetches the tools with this machine's pip, from wherever it gets things."""
    wheels = scratch / "tools"
    wheels.mkdir(exist_ok=True)

    def fetch(name, version):
        asked = f"{name}=={version}" if version else name
        folder = wheels / (asked if version else f"{name}-newest")
        if not folder.exists():
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, asked], check=True
            )
        return next(folder.glob("*.whl"))

    found = []
    for version in PIPS:
        wheel = fetch("pip", version)
        if not (wheel.parent / "unpacked").exists():
            zipfile.ZipFile(wheel).extractall(wheel.parent / "unpacked")
        found.append(Tool("pip", wheel.name.split("-")[1], wheel))
    for version in UVS:
        wheel = fetch("uv", version)
        folder = wheel.parent / "unpacked"
        if not folder.exists():
            zipfile.ZipFile(wheel).extractall(folder)
        binary = next(folder.glob("*.data/scripts/uv"))
        binary.chmod(0o755)
        found.append(Tool("uv", wheel.name.split("-")[1], binary))
    for python in pythons():
        version = ".".join(python_version(python))
        found.append(Tool("venv", version, python))
    maker = wheels / "virtualenv"
    if not maker.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "-t", maker, "virtualenv"], check=True)
    version = next(maker.glob("virtualenv-*.dist-info")).name.split("-")[1].removesuffix(".dist")
    found.append(Tool("virtualenv", version, maker))
    helpers = {name: fetch(name, "") for name in ("setuptools", "wheel", "packaging", "PySocks")}
    return found, helpers


def pythons():
    """The Pythons whose venv is asked: the one that runs this, and what pyenv has."""
    roots = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    by_version = {python_version(sys.executable): Path(sys.executable)}
    for python in sorted(roots.glob("*/bin/python")):
        by_version.setdefault(python_version(python), python)
    return [by_version[version] for version in sorted(by_version, key=lambda v: [int(x) for x in v])]


def python_version(python):
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    said = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return tuple(said.stdout.strip().split("."))


class Desk:
    """What one run of one tool gets: folders of its own and, for pip and uv, an environment."""

    def __init__(self, scratch, tool, index, servers, helpers):
        self.tool, self.index, self.servers, self.helpers = tool, index, servers, helpers
        self.scratch = scratch
        self.env, self.project, self.tmp, self.home = (
            scratch / name for name in ("env", "project", "tmp", "home")
        )
        for folder in (self.project, self.tmp, self.home, scratch / "bin"):
            folder.mkdir(parents=True)
        self.variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "LANG": "C.UTF-8",
            "PIP_CONFIG_FILE": os.devnull,
            "XDG_CONFIG_DIRS": str(self.home),
            "UV_CACHE_DIR": str(self.home / "uv-cache"),
            "PIP_INDEX_URL": index.url(),
            "UV_INDEX_URL": index.url(),
            "PIP_LOG": str(self.tmp / "pip.log"),
            **VARIABLES,
            **PATIENCE,
        }
        # Its environments would have setuptools from wherever.
        self.prefix = []

    @property
    def python(self):
        return self.env / "bin" / "python"

    @property
    def site(self):
        return next((self.env / "lib").glob("python3*")) / "site-packages"

    def make_environment(self):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.env], check=True)
        if self.tool.kind == "pip":
            # Unpacked, and compiled by Python, only once.
            for part in self.tool.unpacked():
                (self.site / part.name).symlink_to(part)

    def put(self, wheel):
        """Lays an unpacked wheel into the environment, without a word."""
        zipfile.ZipFile(wheel).extractall(self.site)

    def put_file(self, file):
        path = self.tmp / file[0]
        path.write_bytes(file[1])
        self.put(path)
        path.unlink()

    def only_programs(self, *names):
        """A `PATH` with these programs only."""
        for name in names:
            found = shutil.which(name)
            if not found:
                raise Impossible(f"`{name}` is not there")
            (self.scratch / "bin" / name).symlink_to(os.path.realpath(found))
        self.variables["PATH"] = str(self.scratch / "bin")

    def index_is(self, url):
        self.variables["PIP_INDEX_URL"] = self.variables["UV_INDEX_URL"] = url

    def proxy_is(self, url):
        self.variables.update({"ALL_PROXY": url, "HTTPS_PROXY": url, "HTTP_PROXY": url})

    def privately(self, script):
        """Runs what follows in a mount namespace of its own, after `script` (sh)."""
        probe = subprocess.run(["unshare", "-rm", "true"], capture_output=True)
        if probe.returncode:
            raise Impossible("`unshare -rm` is not allowed")
        self.prefix = ["unshare", "-rm", "sh", "-ec", f'{script}\nexec "$@"', "sh"]

    def as_nobody_special(self):
        """Also root must ask for permission then."""
        if os.getuid() == 0:
            self.prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]

    def read_only(self, path):
        path.mkdir(parents=True, exist_ok=True)
        self.privately(f"mount --bind '{path}' '{path}'; mount -o remount,ro,bind '{path}'")

    def tiny_disk(self, path, kilobytes):
        path.mkdir(parents=True, exist_ok=True)
        kept = self.scratch / "kept"
        shutil.copytree(path, kept, symlinks=True)
        self.privately(f"mount -t tmpfs -o size={kilobytes}k tmpfs '{path}'; cp -a '{kept}/.' '{path}'")

    def install(self, *lines, constraints=(), options=(), python=None, verb="install"):
        """Asks for `lines` as the server does."""
        asked = self.tmp / "requirements.txt"
        asked.write_text("".join(f"{line}\n" for line in lines))
        python = python or self.python
        if self.tool.kind == "uv":
            argv = [self.tool.path, "pip", verb, "--color", "never", "--python", python]
        else:
            argv = [python, "-I", "-X", "utf8", "-m", "pip", verb]
            argv += ["--no-input", "--disable-pip-version-check", "--no-color", "--progress-bar", "off"]
            argv += ["--require-virtualenv"]
        argv += ["--requirement", asked]
        if constraints:
            limits = self.tmp / "constraints.txt"
            limits.write_text("".join(f"{line}\n" for line in constraints))
            argv += ["--constraint", limits]
        return self.run([*argv, *options])

    def run(self, argv):
        """Exit status and output, both streams in the order of arrival."""
        argv = [str(word) for word in [*self.prefix, *argv]]
        # What is killed on purpose must not take this process with it.
        done = subprocess.run(
            argv,
            cwd=self.project,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            start_new_session=True,
        )
        status = done.returncode
        said = signal.Signals(-status).name if status < 0 else str(status)
        text = f"status: {said}\n" + self.without_machine(done.stdout.decode("utf-8", "replace"))
        return text + self.logged(text)

    def logged(self, text):
        """What pip tells its log of why it found nothing, and nobody else."""
        log = Path(self.variables["PIP_LOG"])
        if "No matching distribution" not in text or not log.exists():
            return ""
        lines = [line.partition(" ")[2] for line in log.read_text(encoding="utf-8").splitlines()]
        lines = [line for line in lines if any(words in line for words in TELLING)]
        return "log:\n" + self.without_machine("\n".join(lines)) if lines else ""

    def without_machine(self, text):
        """`text` with placeholders for what is another on every machine and in every run."""
        places = [(self.env, "<env>"), (self.project, "<project>"), (self.tmp, "<tmp>"), (self.home, "<home>")]
        places += [(self.scratch / "bin", "<bin>"), (self.tool.path, f"<{self.tool.kind}>"), (self.scratch, "<scratch>")]
        prefixes = {sys.base_prefix, os.path.realpath(sys.base_prefix)}
        prefixes |= {str(python.parent.parent) for python in pythons()} if self.tool.kind in ("venv", "virtualenv") else set()
        places += [(prefix, "<python>") for prefix in sorted(prefixes) if prefix != "/usr"]
        places += [(Path.home(), "<home>")]
        for path, placeholder in places:
            text = text.replace(str(path), placeholder)
        for looks, placeholder in RANDOM:
            text = re.sub(looks, placeholder, text)
        return "\n".join(line.rstrip() for line in text.splitlines()).rstrip() + "\n"


RANDOM = [
    (r"https?://(?!127\.0\.0\.1|localhost|user|[a-z.-]*invalid)[^\s/'\")]+", "https://<elsewhere>"),
    (r"(127\.0\.0\.1:|localhost:|port=)\d+", r"\1<port>"),
    (r"\b0x[0-9a-f]{6,}", "0x<address>"),
    (r"_[0-9a-f]{32}\b", "_<random>"),
    (r"(pip-[a-z-]+-)[a-z0-9_]{8}", r"\1<random>"),
    (r"(<tmp>/)tmp[a-z0-9_]{8}", r"\1tmp<random>"),
    (r"\.tmp[A-Za-z0-9]{6}", ".tmp<random>"),
    (r"(/(?:archive|builds|sdists|git)-v\d+/)(?:\.tmp<random>|[\w./-]{16,}?(?=/|`|\s|$))", r"\1<random>"),
    (r"\b(\d+m )?[\d.]+(ms|s)\b", "<time>"),
]
