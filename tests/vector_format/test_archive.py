"""Archives: reproducible, checked by the usual tools, read like a folder, and told apart from the one before."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from axivon_spec.vectors.account import account
from axivon_spec.vectors.archive import changes, pack
from axivon_spec.vectors.generate import write_set
from axivon_spec.vectors.literals import encode_json
from axivon_spec.vectors.read import DamagedVectors, VectorSet

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "axivon_spec", "vectors", *words], capture_output=True, text=True)


def test_the_same_vectors_give_the_same_bytes_wherever_they_lie(tmp_path: Path) -> None:
    shutil.copytree(VECTORS, tmp_path / "elsewhere")
    for path in (tmp_path / "elsewhere").rglob("*"):
        os.utime(path, (1, 1))
    first = pack(VectorSet(VECTORS), tmp_path / "a.tar.gz", None)
    second = pack(VectorSet(tmp_path / "elsewhere"), tmp_path / "b.tar.gz", None)
    assert first == second
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()


def test_an_archive_is_read_like_its_folder(tmp_path: Path) -> None:
    pack(VectorSet(VECTORS), tmp_path / "set.tar.gz", None)
    packed = VectorSet(tmp_path / "set.tar.gz")
    assert account(packed) == []
    assert packed.index == VectorSet(VECTORS).index


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_the_checksum_is_what_sha256sum_reads(tmp_path: Path) -> None:
    assert run("archive", "--out", str(tmp_path / "set.tar.gz")).returncode == 0
    subprocess.run(["sha256sum", "--check", "set.tar.gz.sha256"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)


def test_it_lists_what_was_added_changed_and_removed(tmp_path: Path) -> None:
    index = json.loads((VECTORS / "index.json").read_text())
    gone, spoiled = "token/transfer/of_zero", "token/transfer/to_oneself"
    files = {name: (VECTORS / name).read_bytes() for name in index["files"] if name != f"cases/{gone}.json"}
    del index["cases"][gone], index["files"][f"cases/{gone}.json"]
    index["files"][f"cases/{spoiled}.json"] = "0" * 64
    write_set(tmp_path / "old", files, encode_json(index))
    found = changes(VectorSet(tmp_path / "old"), VectorSet(VECTORS))
    assert found == {"added": [gone], "removed": [], "changed": [spoiled]}
    assert changes(VectorSet(VECTORS), VectorSet(tmp_path / "old"))["removed"] == [gone]

    result = run("archive", "--out", str(tmp_path / "set.tar.gz"), "--previous", str(tmp_path / "old"))
    assert result.stdout.splitlines()[-1] == "1 added, 0 removed, 1 changed"
    assert json.loads((tmp_path / "set.tar.gz.changes.json").read_text()) == found


def test_damaged_vectors_are_not_packed(tmp_path: Path) -> None:
    shutil.copytree(VECTORS, tmp_path / "set")
    (tmp_path / "set" / "keys.json").write_text("{}")
    result = run("archive", "--vectors", str(tmp_path / "set"), "--out", str(tmp_path / "set.tar.gz"))
    assert result.returncode == 2
    assert "keys.json is damaged" in result.stderr
    assert not (tmp_path / "set.tar.gz").exists()


@pytest.mark.parametrize("suffix", ["gz", "xz", "bz2"])
def test_a_damaged_archive_is_one_line(tmp_path: Path, suffix: str) -> None:
    """Whatever byte of it is turned."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode=f"w:{suffix}") as archive:
        for name in ("index.json", "rules.json"):
            archive.add(VECTORS / name, name)
    data = whole.getvalue()
    path = tmp_path / f"set.tar.{suffix}"
    for place in range(0, len(data), max(1, len(data) // 150)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x40]) + data[place + 1 :])
        with contextlib.suppress(DamagedVectors):
            VectorSet(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nothing of the kind"])
def test_what_is_no_archive_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "set").write_bytes(content)
    with pytest.raises(DamagedVectors, match=r"^[^\n]* is no readable archive: [^\n]*$"):
        VectorSet(tmp_path / "set")


def test_an_archive_without_an_index_is_named(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "set.tar.gz", "w:gz") as archive:
        archive.add(VECTORS / "rules.json", "rules.json")
    with pytest.raises(DamagedVectors, match=r"index.json is missing in .*set.tar.gz"):
        VectorSet(tmp_path / "set.tar.gz")
