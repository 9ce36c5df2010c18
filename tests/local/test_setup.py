"""Set-up finds a Python that runs, mends what is broken, keeps what is right and says what is missing.

Each test has a small project of its own, whose requirements are empty, so nothing is fetched.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
BASE_PYTHON = Path(sys._base_executable)  # type: ignore[attr-defined]  # absent from typeshed
TOOLS = ("sh", "sed", "date", "cmp", "dirname", "mkdir", "rm", "cp", "mv", "ln", "tail")

type Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that was set up completely: only its requirements are few."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "local" / "setup", folder / "local" / "setup")
    shutil.copytree(ROOT / "local" / "azurite", folder / "local" / "azurite")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "requirements-dev.txt").write_text("# nothing\n")
    subprocess.run([BASE_PYTHON, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    shutil.copy(folder / "requirements-dev.txt", folder / ".venv" / "installed.txt")
    (folder / ".local" / "uv" / "bin").mkdir(parents=True)
    (folder / ".local" / "uv" / "bin" / "uv").symlink_to(Path(sys.executable).with_name("uv"))
    (folder / ".local" / "uv.txt").touch()
    (folder / ".local" / "azurite").mkdir()
    (folder / ".local" / "azurite" / "node").symlink_to(ROOT / ".local" / "azurite" / "node")
    lock = folder / "local" / "azurite" / "package-lock.json"
    shutil.copy(lock, folder / ".local" / "azurite" / "installed.json")
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The only folder on the PATH: the few commands that set-up calls, and no Python."""
    folder = tmp_path / "path"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is not here"
        (folder / tool).symlink_to(found)
    return folder


@pytest.fixture
def run(project: Path, path: Path, tmp_path: Path) -> Run:
    """Run a script of set-up in the project; no network, and no Python but those the test puts there."""

    def run_script(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        isolated = {
            "PATH": str(path),
            "HOME": str(tmp_path),
            "UV_OFFLINE": "1",
            "UV_PYTHON_INSTALL_DIR": str(tmp_path / "pythons"),
        }
        return subprocess.run(
            [path / "sh", f"local/setup/{script}", *arguments],
            cwd=project,
            env=isolated | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run_script


def command(file: Path, script: str) -> None:
    """Write a command that a shell runs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_a_shim_that_does_not_run_is_passed_over(run: Run, path: Path, tmp_path: Path) -> None:
    command(path / f"python{RUNNING}", "echo 'command not found' >&2; exit 127")
    command(tmp_path / ".pyenv" / "versions" / f"{RUNNING}.9" / "bin" / "python", f'exec {BASE_PYTHON} "$@"')
    assert run("find_python.sh", RUNNING).stdout.strip() == str(BASE_PYTHON)


def test_the_python_that_a_virtual_environment_is_built_on_is_the_one_found(run: Run, project: Path) -> None:
    found = run("find_python.sh", RUNNING, PYTHON=str(project / ".venv" / "bin" / "python"))
    assert found.stdout.strip() == str(BASE_PYTHON)


def test_another_version_is_not_found(run: Run, path: Path) -> None:
    command(path / "python3", f'exec {BASE_PYTHON} "$@"')
    found = run("find_python.sh", "3.1")
    assert (found.returncode, found.stdout) == (1, "")


def test_what_is_right_is_left_alone_in_silence(run: Run, project: Path) -> None:
    before = {file: file.lstat().st_mtime_ns for file in project.rglob("*")}
    again = run("setup.sh")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert {file: file.lstat().st_mtime_ns for file in project.rglob("*")} == before


@pytest.mark.parametrize("breakage", ["a missing interpreter", "another version"])
def test_a_wrong_environment_is_built_anew(breakage: str, run: Run, project: Path, path: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    if breakage == "another version":
        command(python, "exit 1")
    command(path / f"python{RUNNING}", f'exec {BASE_PYTHON} "$@"')

    mended = run("setup.sh")

    assert mended.returncode == 0, mended.stderr
    assert f"Python {RUNNING}: {BASE_PYTHON}" in mended.stdout
    version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith(f"Python {RUNNING}.")
    assert run("setup.sh").stdout == ""


def test_changed_requirements_are_installed(run: Run, project: Path) -> None:
    (project / "requirements-dev.txt").write_text("# still nothing, but another file\n")
    assert "Python packages" in run("setup.sh").stdout
    assert (project / ".venv" / "installed.txt").read_text() == "# still nothing, but another file\n"


def test_requirements_that_cannot_be_had_are_tried_again_next_time(run: Run, project: Path) -> None:
    (project / "requirements-dev.txt").write_text(f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    for _ in range(2):
        failed = run("setup.sh")
        assert failed.returncode == 1
        assert "the Python packages could not be installed" in failed.stderr


def test_a_machine_without_python_is_told_what_to_install(run: Run, project: Path) -> None:
    shutil.rmtree(project / ".venv")
    stopped = run("setup.sh")
    assert stopped.returncode == 1
    assert f"Python {RUNNING} was not found here and could not be downloaded" in stopped.stderr
    assert "make setup PYTHON=" in stopped.stderr


def test_a_named_python_that_will_not_do_is_refused(run: Run, project: Path) -> None:
    shutil.rmtree(project / ".venv")
    stopped = run("setup.sh", PYTHON="/no/such/python")
    assert stopped.returncode == 1
    assert f"PYTHON=/no/such/python is not a Python {RUNNING} that runs" in stopped.stderr


def test_an_old_node_is_not_taken(run: Run, path: Path) -> None:
    command(path / "node", f'[ "$1" = -p ] && echo {path}/node && exit; exit 1')
    command(path / "npm", "exit 0")
    command(path / "uv", "echo asked for the wheel >&2; exit 1")
    refused = run("get_node.sh", "uv")
    assert refused.returncode != 0
    assert "asked for the wheel" in refused.stderr


@pytest.mark.parametrize("script", sorted((ROOT / "local" / "setup").glob("*.sh")), ids=lambda path: path.name)
def test_every_script_is_plain_sh(script: Path) -> None:
    subprocess.run(["/bin/sh", "-n", script], check=True)
