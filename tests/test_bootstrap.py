"""A bare checkout makes its own environment. Nothing here needs the network: the packages are made on the spot."""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hub import bootstrap, interpreters

ROOT = Path(__file__).resolve().parent.parent
# The interpreter itself, and blind to whatever is installed beside it, so that no Django is importable.
BARE = [getattr(sys, "_base_executable", sys.executable), "-S"]
STARTING = ["manage.py", "hub/__init__.py", "hub/bootstrap.py", "hub/interpreters.py"]

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("bootstrap")]

DJANGO_THAT_ONLY_SAYS_WHERE_IT_RUNS = """
import json, os, sys
def execute_from_command_line(arguments):
    print(json.dumps([arguments[1:], sys.prefix, sorted({"PYTHONHOME", "PYENV_VERSION"} & set(os.environ))]))
"""


def wheel(folder, name, version, files):
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in files.items():
            archive.writestr(inside, text)
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path


def locked(path):
    name = path.name.split("-")[0]
    return f"{name} @ {path.as_uri()} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    django = wheel(
        folder,
        "django",
        "6.1.0",
        {
            "django/__init__.py": "VERSION = (6, 1, 0, 'final', 0)\n",
            "django/core/__init__.py": "",
            "django/core/management/__init__.py": DJANGO_THAT_ONLY_SAYS_WHERE_IT_RUNS,
        },
    )
    extra = wheel(folder, "lantern", "1.0", {"lantern.py": ""})
    return {"runtime": locked(django), "development": locked(django) + locked(extra)}


def new_checkout(folder, wheels):
    for name in STARTING:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / bootstrap.RUNTIME).write_text(wheels["runtime"])
    (folder / bootstrap.DEVELOPMENT).write_text(wheels["development"])
    return folder


def surroundings(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return kept | more


def start(checkout, *arguments, **more):
    command = [*BARE, "manage.py", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=checkout, env=surroundings(**more), **pipes)


def run(checkout, *arguments, **more):
    process = start(checkout, *arguments, **more)
    out, err = process.communicate(timeout=180)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def where(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def both(tmp_path_factory, wheels):
    """A checkout in which two commands were started at once, and what they said."""
    checkout = new_checkout(tmp_path_factory.mktemp("checkout"), wheels)
    started = [start(checkout, "first", PYENV_VERSION="1.2.3"), start(checkout, "second")]
    ended = [(process, process.communicate(timeout=180)) for process in started]
    return checkout, [subprocess.CompletedProcess(p.args, p.returncode, *said) for p, said in ended]


@pytest.fixture
def checkout(both, wheels):
    """The same checkout with the environment whole and the first locks back."""
    folder, _ = both
    new_checkout(folder, wheels)
    where(run(folder, "check"))
    return folder


@pytest.mark.parametrize("name", STARTING)
def test_what_starts_first_is_readable_by_python_3_8(name):
    source = (ROOT / name).read_text(encoding="utf-8")
    ast.parse(source, filename=name, feature_version=(3, 8))


def test_what_starts_first_imports_the_standard_library_only():
    listing = "import sys; before = set(sys.modules); import hub.bootstrap; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True)
    brought = {name.split(".")[0] for name in done.stdout.split()}
    assert "hub" in brought
    assert brought - set(sys.stdlib_module_names) == {"hub"}


def test_two_commands_at_once_make_one_environment(both):
    folder, (first, second) = both
    venv = os.path.realpath(folder / ".venv")
    assert where(first) == [["first"], venv, []]
    assert where(second) == [["second"], venv, []]
    assert (first.stderr + second.stderr).count("Making Fanlight’s environment") == 1


def test_the_next_command_goes_straight_on(checkout):
    stamp = checkout / ".venv" / "fanlight.json"
    before = stamp.stat().st_mtime_ns
    done = run(checkout, "check", "--tag", "x y")
    assert where(done)[0] == ["check", "--tag", "x y"]
    assert (done.stderr, stamp.stat().st_mtime_ns) == ("", before)


def test_a_package_that_is_not_the_listed_one_is_refused_and_nothing_is_stamped(checkout, wheels, monkeypatch, capsys):
    right = wheels["runtime"]
    (checkout / bootstrap.RUNTIME).write_text(right.replace("sha256:", "sha256:0", 1)[:-2] + "\n")
    monkeypatch.setattr(bootstrap.time, "sleep", lambda seconds: None)
    environment = bootstrap.Environment(str(checkout))
    lock = bootstrap.DEVELOPMENT if bootstrap.DEVELOPMENT in environment.stamped() else bootstrap.RUNTIME
    (checkout / lock).write_text((checkout / bootstrap.RUNTIME).read_text())
    (checkout / ".venv" / "lib").joinpath("note").write_text("kept")
    with pytest.raises(interpreters.NoPython, match="could not be installed"):
        environment.build(lock)
    assert capsys.readouterr().err.count("Trying again") == bootstrap.TRIES - 1
    assert environment.stamped() == {}
    new_checkout(checkout, wheels)
    assert where(run(checkout, "check"))[0] == ["check"]
    assert (checkout / ".venv" / "lib" / "note").exists(), "mended, not thrown away"


def test_an_environment_whose_python_is_gone_is_made_again(checkout):
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout / "gone")
    done = run(checkout, "check")
    assert where(done)[0] == ["check"]
    assert "Making Fanlight’s environment" in done.stderr


def test_developers_get_more_and_keep_it(checkout):
    environment = bootstrap.Environment(str(checkout))
    where(run(checkout, "test", "-k", "name"))
    assert environment.stamped()[bootstrap.DEVELOPMENT] == environment.digest(bootstrap.DEVELOPMENT)
    assert run(checkout, "check").stderr == "", "what developers have is enough for everything else"
    (checkout / bootstrap.RUNTIME).write_text("# changed\n" + (checkout / bootstrap.RUNTIME).read_text())
    where(run(checkout, "check"))
    assert bootstrap.DEVELOPMENT in environment.stamped()


def test_a_python_named_by_hand_must_fit(tmp_path, wheels):
    folder = new_checkout(tmp_path, wheels)
    done = run(folder, "check", HUB_PYTHON="/nowhere/python")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("HUB_PYTHON is /nowhere/python, and that does not run. Name a Python 3.12, 3.13 or 3.14.\n")


def test_it_keeps_out_of_the_way_when_told_to(tmp_path, wheels):
    folder = new_checkout(tmp_path, wheels)
    done = run(folder, "check", HUB_NO_BOOTSTRAP="1")
    assert "No module named 'django'" in done.stderr
    assert not (folder / ".venv").exists()


def test_it_keeps_out_of_the_way_when_the_right_django_is_there(monkeypatch, tmp_path):
    monkeypatch.delenv("HUB_NO_BOOTSTRAP", raising=False)
    bootstrap.ensure(["manage.py", "check"], root=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_older_django_is_not_the_right_one(monkeypatch):
    import django

    assert bootstrap.already_right(bootstrap.RUNTIME)
    monkeypatch.setattr(django, "VERSION", (5, 2, 9, "final", 0))
    assert not bootstrap.already_right(bootstrap.RUNTIME)


# --- Finding a Python -------------------------------------------------------------------------------------------------


def executable(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine whose own Python is too old, with nothing else than what the test puts into `versions`."""
    monkeypatch.delenv("HUB_PYTHON", raising=False)
    monkeypatch.setattr(interpreters, "fits", lambda version: tuple(version) != tuple(sys.version_info[:3]))
    monkeypatch.setattr(interpreters, "_version_folders", lambda private: [str(tmp_path / "versions")])
    monkeypatch.setattr(interpreters.shutil, "which", lambda name: None)
    listed = interpreters.glob.glob
    monkeypatch.setattr(
        interpreters.glob, "glob", lambda pattern: [p for p in listed(pattern) if p.startswith(str(tmp_path))]
    )
    return tmp_path


def test_versions_are_looked_at_in_the_preferred_order(bare_machine):
    for version in ("3.14.0", "3.12.9", "3.13.2", "3.13.10", "3.11.4", "3.15.0"):
        executable(bare_machine / "versions" / version / "bin" / "python3", "exit 1")
    looked_at = [Path(path).parts[-3] for path in interpreters.installed("") if path]
    assert looked_at == ["3.13.10", "3.13.2", "3.14.0", "3.12.9"]


def says(version, lacks=""):
    return f"echo '{json.dumps({'version': version, 'lacks': lacks})}'"


def test_a_python_counts_only_when_it_runs_and_has_all_it_needs(bare_machine):
    versions = bare_machine / "versions"
    executable(versions / "3.13.9" / "bin" / "python3", "exit 127")
    executable(versions / "3.13.8" / "bin" / "python3", says([3, 13, 8], "venv"))
    good = executable(versions / "3.12.4" / "bin" / "python3", says([3, 12, 4]))
    assert interpreters.find(str(bare_machine / "private"), print, avoid="/none") == (good, (3, 12, 4))


def test_a_python_is_fetched_when_there_is_none(bare_machine, monkeypatch, capsys):
    private = bare_machine / "private"
    brought = executable(bare_machine / "brought", says([3, 13, 9]))
    place = "$UV_PYTHON_INSTALL_DIR/cpython-3.13.9-here/bin"
    uv = executable(bare_machine / "uv", f'mkdir -p "{place}" && cp {brought} "{place}/python3"')
    monkeypatch.setattr(interpreters, "find_uv", lambda private: uv)
    path, version = interpreters.find(str(private), print, avoid="/none")
    assert (path, version) == (str(private / "cpython-3.13.9-here" / "bin" / "python3"), (3, 13, 9))
    assert "Trying to fetch one" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("platform", "way_out"),
    [("darwin", "brew install python@3.13"), ("win32", "py install 3.13"), ("linux", "uv or pyenv")],
)
def test_when_nothing_helps_one_sentence_says_what_to_do(bare_machine, monkeypatch, platform, way_out):
    monkeypatch.setattr(interpreters, "find_uv", lambda private: None)
    with pytest.raises(interpreters.NoPython):
        interpreters.find(str(bare_machine / "private"), print, avoid="/none")
    sentence = interpreters.advice([], platform)
    assert way_out in sentence
    assert sentence.count(". ") == 0


def test_a_python_without_venv_is_named_with_its_cure():
    sentence = interpreters.advice(["/usr/bin/python3.13 lacks venv"], "linux")
    assert sentence == (
        "/usr/bin/python3.13 lacks venv: run `sudo apt install python3.13-venv` and then this command again."
    )
