#!/usr/bin/env python3
"""Makes each failure of pip, uv, venv and virtualenv happen, and writes down what they print.

    python3 tests/failures/record.py [--only CASE] [--tool pip-24.0] [--missing] [--scratch FOLDER]

What a tool prints goes to `recorded/CASE/TOOL.txt` beside this file: the exit status, then both streams, then what
pip tells only its log, where that is of use. Names of folders, ports, addresses and times are replaced, so that a
second run changes nothing. The tools are fetched by this machine's pip into the scratch folder and run in there,
against an index and proxies on loopback.

Needs Linux, Python 3.11 or newer, `openssl`, and for some cases `git`, `gcc`, `unshare` and a Debian; a case that
cannot happen on this machine is named with the reason, and its recordings stay as they are.
"""

import argparse
import concurrent.futures
import shutil
import sys
import tempfile
from pathlib import Path

from recording import build, create, machine, network, resolve
from recording.desk import Desk, Impossible, tools
from recording.servers import Index, self_signed

RECORDED = Path(__file__).parent / "recorded"
CASES = {**resolve.CASES, **build.CASES, **network.CASES, **machine.CASES, **create.CASES}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="CASE", action="append", choices=sorted(CASES))
    parser.add_argument("--tool", help="pip-24.0, or the beginning of a name: uv")
    parser.add_argument("--missing", action="store_true", help="only what has no recording yet")
    parser.add_argument("--scratch", type=Path, help="kept, so that the tools are fetched only once")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="failures-") as temporary:
        scratch = (arguments.scratch or Path(temporary)).resolve()
        scratch.mkdir(parents=True, exist_ok=True)
        found, helpers = tools(scratch)
        index = Index()
        index.helpers = helpers
        for module in (resolve, build, network, machine):
            module.fill(index)
        servers = {"tls": Index(self_signed(scratch))}
        jobs = [
            (name, tool)
            for name in arguments.only or CASES
            for tool in found
            if tool.name.startswith(arguments.tool or "") and tool.kind in CASES[name].kinds
            if not (arguments.missing and (RECORDED / name / f"{tool.name}.txt").exists())
        ]
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            runs = {job: pool.submit(record, scratch, *job, index, servers, helpers) for job in jobs}
        said = [f"{name} {tool.name}: {run.result()}" for (name, tool), run in runs.items() if run.result()]
        print("\n".join(said))
        print(f"{len(jobs) - len(said)} of {len(jobs)} recorded")
    return 1 if said else 0


def record(scratch, name, tool, index, servers, helpers):
    """Why there is no recording, if there is none."""
    folder = scratch / "runs" / f"{name} {tool.name}".replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    desk = Desk(folder, tool, index, servers, helpers)
    try:
        text = CASES[name](desk)
    except Impossible as reason:
        return f"impossible: {reason}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if text.startswith("status: 0\n"):
        return "it did not fail"
    path = RECORDED / name / f"{tool.name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    return None


if __name__ == "__main__":
    sys.exit(main())
