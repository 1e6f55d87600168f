"""The wheel, in an empty environment and outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INTERPRETER = f"cp{sys.version_info.major}{sys.version_info.minor}"
pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "COVERAGE", "VIRTUAL_ENV"))}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps", "--no-build-isolation"]
    built = run(*pip, "--wheel-dir", folder, ROOT, cwd=folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the wheel and what it requires, no extras."""
    folder = tmp_path_factory.mktemp("installed")
    assert run(sys.executable, "-m", "venv", folder, cwd=folder).returncode == 0
    pip = [folder / "bin/python", "-m", "pip", "--disable-pip-version-check", "install"]
    result = run(*pip, "--constraint", ROOT / "requirements.lock", wheel, cwd=folder)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "bin"


def test_the_wheel_carries_specs_and_compiled_code_but_no_vectors(wheel: Path) -> None:
    assert wheel.name.endswith(f"-{INTERPRETER}-none-any.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    specs = {f"axivon_spec/specs/{path.name}" for path in (ROOT / "specs").glob("*.md")}
    assert specs <= names
    assert {f"axivon_spec/kernels/goldilocks.{suffix}" for suffix in ("h", "cu")} <= names
    for preset in ("minimal", "mainnet"):
        assert f"axivon_spec/compiled/{preset}.{sys.implementation.cache_tag}.bin" in names
    assert not [name for name in names if "tests/" in name or name.endswith(".ssz_snappy")]


def test_the_command_line_answers(installed: Path, tmp_path: Path) -> None:
    result = run(installed / "axivon", "--version", cwd=tmp_path)
    assert (result.returncode, result.stdout.split()[-1]) == (0, "0.1.0")


def test_an_installed_package_never_compiles(installed: Path, tmp_path: Path) -> None:
    program = """
import sys
import axivon_spec.minimal as spec

assert not {"axivon_spec.compiler.read", "axivon_spec.compiler.check", "markdown_it"} & set(sys.modules)
print(spec.process_transfer.__code__.co_filename)
"""
    result = run(installed / "python", "-c", program, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    place = Path(result.stdout.strip())
    assert place.parts[-3:] == ("axivon_spec", "specs", "token.md")
    assert place.is_file()
    assert not place.is_relative_to(ROOT)


def test_another_interpreter_gets_one_clear_line(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    for code in (tmp_path / "axivon_spec/compiled").glob("*.bin"):
        code.rename(code.with_name(code.name.replace(str(sys.implementation.cache_tag), "cpython-399")))
    result = run(sys.executable, "-c", "import axivon_spec.minimal", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert "another CPython" in last
    assert "install the wheel built for yours" in last


def test_conformance_runs_outside_the_repository(installed: Path, tmp_path: Path) -> None:
    client = f"{installed / 'axivon'} client"
    vectors = ROOT / "tests/vectors"
    conform = run(
        installed / "axivon", "conform", "--client", client, "--vectors", vectors, "-k", "transfer", cwd=tmp_path
    )
    assert conform.returncode == 0, conform.stdout + conform.stderr
    pytest_command = [installed / "python", "-m", "pytest", "--pyargs", "axivon_spec.conformance", "-k", "transfer"]
    under_pytest = run(*pytest_command, "--client", client, "--vectors", vectors, cwd=tmp_path)
    assert under_pytest.returncode == 0, under_pytest.stdout + under_pytest.stderr
    assert " passed" in under_pytest.stdout.splitlines()[-1]


def test_the_self_test_needs_no_vectors(installed: Path, tmp_path: Path) -> None:
    command = [installed / "axivon", "conform", "--self-test", "--client", f"{installed / 'axivon'} client"]
    result = run(*command, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert not (tmp_path / "cache").exists()


def test_an_installed_package_makes_its_vectors_once(installed: Path, tmp_path: Path) -> None:
    command = [installed / "axivon", "conform", "--client", f"{installed / 'axivon'} client", "-k", "transfer"]
    first = run(*command, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert first.returncode == 0, first.stdout + first.stderr
    assert "making the vectors of this version" in first.stderr
    made = tmp_path / "cache" / "axivon-spec" / "0.1.0" / "minimal"
    published = ROOT / "tests/vectors"
    names = {path.relative_to(published) for path in published.rglob("*") if path.is_file()}
    assert {path.relative_to(made) for path in made.rglob("*") if path.is_file()} == names
    assert all((made / name).read_bytes() == (published / name).read_bytes() for name in names)
    again = run(*command, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert again.returncode == 0
    assert "making" not in again.stderr
    show = [installed / "axivon", "vectors", "show", "token/transfer/of_zero"]
    shown = run(*show, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert "process_transfer" in shown.stdout


def test_an_installed_package_generates_where_it_is_told(installed: Path, tmp_path: Path) -> None:
    command = [installed / "axivon", "vectors", "generate", "--preset", "mainnet"]
    untold = run(*command, cwd=tmp_path)
    assert (untold.returncode, untold.stdout) == (2, "")
    told = run(*command, "--out", "set", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "each replayed from its files" in told.stdout
    verified = run(installed / "axivon", "vectors", "verify", "--vectors", "set", cwd=tmp_path)
    assert verified.returncode == 0, verified.stderr


def test_a_faulty_client_fails_outside_the_repository(installed: Path, tmp_path: Path) -> None:
    rule = "token.move_balance.insufficient-balance"
    client = f"{installed / 'axivon'} client --fault {rule}"
    vectors = ROOT / "tests/vectors"
    conform = run(
        installed / "axivon", "conform", "--client", client, "--vectors", vectors, "-k", "transfer", cwd=tmp_path
    )
    assert conform.returncode == 1, conform.stdout + conform.stderr
