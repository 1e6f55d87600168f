"""What a newcomer meets before anything is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = "/usr/bin:/bin"


def run(script: str, *arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYENV_ROOT": "/nonexistent", "PATH": f"{path}:{SYSTEM}" if path else SYSTEM}
    command = [str(ROOT / "scripts" / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)


def program(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_the_running_python_is_found(tmp_path: Path) -> None:
    real = os.path.realpath(sys.executable)
    program(tmp_path / "python3", f'exec "{real}" "$@"')
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = [line.split()[0] for line in run("pythons", path=tmp_path).stdout.splitlines()]
    assert version in found
    assert found == sorted(found, key=lambda v: int(v.split(".")[1]), reverse=True)


@pytest.mark.parametrize("body", ["exit 1", "echo Python 2.7.18", "echo 'command not found' >&2; exit 127"])
def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path, body: str) -> None:
    program(tmp_path / "python3.19", body)
    assert not any(line.startswith("3.19") for line in run("pythons", path=tmp_path).stdout.splitlines())


def test_without_venv_one_line_says_what_to_install(tmp_path: Path) -> None:
    python = program(
        tmp_path / "python", 'case "$*" in *venv*) echo "ensurepip is not available"; exit 1;; *) echo 3.19;; esac'
    )
    result = run("environment", str(tmp_path / "environment"), str(python))
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "apt install python3-venv" in result.stderr


def test_a_python_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    result = run("environment", str(tmp_path / "environment"), "python9.9")
    assert result.returncode == 2
    assert result.stderr.splitlines() == ["there is no python9.9; name another with PYTHON=, or leave it out"]


def test_each_lower_bound_is_installed_by_continuous_integration() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    of_extras = [r for name in extras if name not in ("cuda12", "cuda13") for r in extras[name]]
    declared = [*project["dependencies"], *of_extras]
    bounds = {r.replace(">=", "==") for r in declared if not r.startswith(project["name"])}
    installed = (ROOT / "requirements-lowest.txt").read_text().splitlines()
    assert bounds == {line for line in installed if not line.startswith("#")}
    assert "requirements-lowest.txt" in (ROOT / ".ci/run").read_text()


def test_the_lock_file_satisfies_every_requirement() -> None:
    pins = [Requirement(line) for line in (ROOT / "requirements.lock").read_text().splitlines() if line[0] != "#"]
    locked = {canonicalize_name(p.name): next(iter(p.specifier)).version for p in pins}
    for line in (ROOT / "requirements-lowest.txt").read_text().splitlines()[1:]:
        bound = Requirement(line.replace("==", ">="))
        assert bound.specifier.contains(locked[canonicalize_name(bound.name)]), line
