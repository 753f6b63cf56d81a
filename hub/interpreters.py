"""Finding a Python that can run the hub, or fetching one.

Standard library only, and readable by Python 3.8: this runs before anything is installed. What to do with the
Python that was found belongs in bootstrap.py.
"""

from __future__ import annotations

import glob
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

LOWEST = (3, 12)
BELOW = (3, 15)
PREFERRED = ("3.13", "3.14", "3.12")

# Says what the interpreter is. A missing `venv` or `ensurepip` (Debian packs them apart) or a SQLite without
# full-text search shows only when the thing is run.
PROBE = """
import json, sys, sysconfig
found = {"version": list(sys.version_info[:3]), "lacks": ""}
try:
    import venv, ensurepip
except ImportError:
    found["lacks"] = "venv"
try:
    import sqlite3
    sqlite3.connect(":memory:").execute("create virtual table t using fts5(words)")
except Exception:
    found["lacks"] = found["lacks"] or "SQLite with full-text search"
if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
    found["lacks"] = "the usual build of Python"
if sys.version_info.releaselevel != "final":
    found["lacks"] = "a final release"
print(json.dumps(found))
"""


class NoPython(Exception):
    """No Python fits. The message is the one sentence to show."""


def fits(version: Sequence[int]) -> bool:
    return tuple(version) >= LOWEST and tuple(version[:2]) < BELOW


def clean_environment() -> dict[str, str]:
    """The environment without what would bend another Python towards this one's files."""
    leaves_out = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PYENV_VERSION", "__PYVENV_LAUNCHER__"}
    leaves_out |= {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"}
    return {name: value for name, value in os.environ.items() if name not in leaves_out}


def probe(path: str) -> tuple[tuple[int, ...], str] | None:
    """(version, what it lacks) of a Python, by running it; None when it does not run."""
    try:
        done = subprocess.run(
            [path, "-I", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
            timeout=20,
        )
        found = json.loads(done.stdout.decode())
        return tuple(found["version"]), found["lacks"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError):
        return None


def find(private: str, say: Callable[[str], None], avoid: str) -> tuple[str, tuple[int, ...]]:
    """The best Python here and its version.

    `private` is the folder one may be fetched into; nothing from the folder `avoid` is taken, it is about to go.
    Raises NoPython with a sentence for the person when there is none and none can be fetched.
    """
    named = os.environ.get("HUB_PYTHON", "").strip()
    if named:
        path = shutil.which(named) or named
        found = probe(path)
        if found and fits(found[0]) and not found[1]:
            return path, found[0]
        raise NoPython(f"HUB_PYTHON is {named}, and that {_fault(found)}. Name a Python 3.12, 3.13 or 3.14.")
    near_misses: list[str] = []
    own = [sys.executable, getattr(sys, "_base_executable", "")] if fits(sys.version_info[:3]) else []
    for path in _unique([*own, *installed(private)]):
        if path.startswith(avoid + os.sep):
            continue
        found = probe(path)
        if not found or not fits(found[0]):
            continue
        if not found[1]:
            return path, found[0]
        near_misses.append(f"{path} {_fault(found)}")
    say("No Python 3.12, 3.13 or 3.14 is installed here. Trying to fetch one (about 30 MB).")
    fetched = fetch(private)
    found = probe(fetched) if fetched else None
    if fetched and found and fits(found[0]) and not found[1]:
        return fetched, found[0]
    raise NoPython(advice(near_misses))


def _fault(found: tuple[tuple[int, ...], str] | None) -> str:
    if not found:
        return "does not run"
    if not fits(found[0]):
        return "is Python " + ".".join(map(str, found[0]))
    return f"lacks {found[1]}"


def _unique(paths: list[str]) -> list[str]:
    """The same order, each interpreter once, however many links lead to it."""
    seen: dict[str, str] = {}
    for path in paths:
        if path and os.path.exists(path):
            # A link inside an environment is another Python than the one it points to.
            inside = os.path.exists(os.path.join(os.path.dirname(os.path.dirname(path)), "pyvenv.cfg"))
            seen.setdefault(path if inside else os.path.realpath(path), path)
    return list(seen.values())


def installed(private: str) -> list[str]:
    """Interpreters lying around, best first. Files only: shims that decide at run time are looked at last."""
    patterns: list[str] = []
    for root in _version_folders(private):
        patterns += [os.path.join(root, "*3.1[234]*", "bin", "python3"), os.path.join(root, "*3.1[234]*", "python.exe")]
    for minor in ("12", "13", "14"):
        for prefix in ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"):
            patterns.append(f"{prefix}/opt/python@3.{minor}/bin/python3.{minor}")
            patterns.append(f"{prefix}/bin/python3.{minor}")
        patterns.append(f"/usr/bin/python3.{minor}")
        patterns.append(f"/Library/Frameworks/Python.framework/Versions/3.{minor}/bin/python3.{minor}")
        for root in (os.path.join(_env("LOCALAPPDATA"), "Programs", "Python"), _env("ProgramFiles")):
            patterns.append(os.path.join(root, f"Python3{minor}", "python.exe"))
    found = [path for pattern in patterns for path in glob.glob(pattern)]
    on_path = [shutil.which(f"python{version}") or "" for version in PREFERRED]
    return sorted(found, key=_preference) + on_path


def _version_folders(private: str) -> list[str]:
    home = os.path.expanduser("~")
    return [
        private,
        os.path.join(_env("PYENV_ROOT") or os.path.join(home, ".pyenv"), "versions"),
        _env("UV_PYTHON_INSTALL_DIR") or os.path.join(home, ".local", "share", "uv", "python"),
        os.path.join(_env("APPDATA"), "uv", "python"),
        os.path.join(_env("ASDF_DATA_DIR") or os.path.join(home, ".asdf"), "installs", "python"),
        os.path.join(_env("MISE_DATA_DIR") or os.path.join(home, ".local", "share", "mise"), "installs", "python"),
    ]


def _env(name: str) -> str:
    return os.environ.get(name, "")


def _preference(path: str) -> tuple[int, int]:
    """Sorts by PREFERRED, then the newest patch release first."""
    match = re.search(r"3\.?(1[234])(?:\.(\d+))?", path)
    if not match:
        return len(PREFERRED), 0
    return PREFERRED.index(f"3.{match.group(1)}"), -int(match.group(2) or 0)


def fetch(private: str) -> str | None:
    """The path of a Python that uv brought into `private`; None when that did not work."""
    uv = find_uv(private)
    if not uv:
        return None
    os.makedirs(private, exist_ok=True)
    surroundings = clean_environment()
    surroundings["UV_PYTHON_INSTALL_DIR"] = private
    surroundings["UV_CACHE_DIR"] = os.path.join(private, "cache")
    command = [uv, "python", "install", "--no-config", "--no-bin", PREFERRED[0]]
    try:
        subprocess.run(command, env=surroundings, timeout=900, check=True, stdin=subprocess.DEVNULL, cwd=private)
    except (OSError, subprocess.SubprocessError):
        return None
    brought = glob.glob(os.path.join(private, "cpython-3.1*", "bin", "python3"))
    brought += glob.glob(os.path.join(private, "cpython-3.1*", "python.exe"))
    return brought[0] if brought else None


def find_uv(private: str) -> str | None:
    """A uv that runs: the person's own, else one installed into `private` from its hash-locked list."""
    own = shutil.which("uv")
    if own and _runs([own, "--version"], timeout=20):
        return own
    folder = os.path.join(private, "uv")
    listed = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "requirements-uv.lock")
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--only-binary", ":all:", "--upgrade", "--target", folder, "-r", listed]
    if not _runs(command, timeout=300):
        return None
    name = "uv.exe" if os.name == "nt" else "uv"
    path = os.path.join(folder, "bin", name)
    return path if os.path.exists(path) else None


def _runs(command: list[str], timeout: int) -> bool:
    try:
        quiet = subprocess.DEVNULL
        done = subprocess.run(
            command, env=clean_environment(), stdin=quiet, stdout=quiet, stderr=quiet, timeout=timeout
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def advice(near_misses: list[str], platform: str = sys.platform) -> str:
    """One sentence per system that says what to do."""
    lacking = [line for line in near_misses if line.endswith("lacks venv")]
    if lacking and platform.startswith("linux"):
        name = os.path.basename(lacking[0].split(" ")[0])
        return f"{lacking[0]}: run `sudo apt install {name}-venv` and then this command again."
    wanted = "Fanlight needs Python 3.12, 3.13 or 3.14, found none and could not fetch one: "
    ending = ", and then run this command again (HUB_PYTHON=/path/to/python names one that is somewhere else)."
    if platform == "darwin":
        how = "run `brew install python@3.13`, or install it from the Python website"
    elif platform.startswith("win"):
        how = "run `py install 3.13`, or install it from the Python website"
    elif shutil.which("apt-get"):
        how = "run `sudo apt install python3 python3-venv` (Debian 13, Ubuntu 24.04 or newer), or install uv or pyenv"
    elif shutil.which("dnf"):
        how = "run `sudo dnf install python3.13`"
    else:
        how = "install one with your system's packages, uv or pyenv"
    return wanted + how + ending
