"""Files as blobs in folders, by `axivon da`: what comes back, and what is said of everything that does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec import cli
from axivon_spec.blobs import folder as folders
from tests.prose import rows

SIZE = 1000  # bytes: 16 data rows of 3 chunks


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(Random(1).randbytes(SIZE))
    return path


@pytest.fixture
def blob(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "blob"
    assert da("encode", file, "-o", path) == 0
    capsys.readouterr()
    return path


def da(*arguments: object) -> int:
    return cli.run(["da", *map(str, arguments), "--preset", "minimal"])


def row(blob: Path, index: int) -> Path:
    return blob / "rows" / f"{index:05}"


def change(path: Path, at: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_encode_writes_what_the_spec_encodes(file: Path, blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = axivon_spec.load("minimal", kernels=())
    expected = spec.encode_blob(0, spec.Bytes32(), file.read_bytes())
    assert (blob / "header").read_bytes() == spec.serialize(expected.header)
    assert (blob / "checksum").read_bytes() == bytes(expected.checksum)
    for index, stored in enumerate(expected.rows):
        opened = spec.open_row(list(expected.rows), spec.uint64(index))
        assert row(blob, index).read_bytes() == bytes(stored) + b"".join(opened.branch)
    assert len(list((blob / "rows").iterdir())) == len(expected.rows)
    assert da("commit", file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["commitment"] == "0x" + spec.hash_tree_root(expected.header).hex()


@pytest.mark.parametrize("kernels", ["none", "numpy"])
def test_all_kernels_commit_to_the_same(file: Path, capsys: pytest.CaptureFixture[str], kernels: str) -> None:
    assert da("commit", file, "--json") == da("commit", file, "--json", "--kernels", kernels) == 0
    first, second = (json.loads(text + "}") for text in capsys.readouterr().out.split("}\n") if text)
    assert first.pop("kernels") and second.pop("kernels") == kernels
    assert first == second


def test_a_quarter_of_the_rows_gives_the_file_back(
    tmp_path: Path, file: Path, blob: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for index in Random(2).sample(range(64), 46):
        row(blob, index).unlink()
    left = sorted((blob / "rows").iterdir())
    change(left[3])
    left[7].write_bytes(b"short")
    assert da("recover", blob, "-o", tmp_path / "again") == 0
    assert (tmp_path / "again").read_bytes() == file.read_bytes()
    assert f"{SIZE:,} bytes, from 16 rows of 64; 2 of those looked at were damaged" in capsys.readouterr().out
    left[0].unlink()
    assert da("recover", blob, "-o", tmp_path / "not") == 1
    assert "15 valid rows, 2 damaged; 1 more are needed" in capsys.readouterr().out
    assert not (tmp_path / "not").exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 1984), fewer=st.integers(1, 16), damaged=st.integers(0, 3), seed=st.integers(0, 2**32))
def test_any_fewer_rows_are_an_error_that_says_how_many_are_missing(
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    size: int,
    fewer: int,
    damaged: int,
    seed: int,
) -> None:
    """Who then gets as many as it says, and no more, has the file."""
    folder, random = tmp_path_factory.mktemp("few"), Random(seed)
    (folder / "file").write_bytes(random.randbytes(size))
    assert da("encode", folder / "file", "-o", folder / "blob") == 0
    stored = sorted((folder / "blob" / "rows").iterdir())
    random.shuffle(stored)
    needed = len(stored) // 4
    valid = max(needed - fewer, 0)
    kept = {path: path.read_bytes() for path in stored[valid + damaged :]}
    for path in stored[valid : valid + damaged]:
        path.write_bytes(path.read_bytes()[:-1]) if random.random() < 0.5 else change(path)
    for path in kept:
        path.unlink()
    capsys.readouterr()

    recover = ("recover", folder / "blob", "-o", folder / "again")
    assert da(*recover) == 1
    said = f"{valid} valid rows, {damaged} damaged; {needed - valid} more are needed"
    assert capsys.readouterr().out.startswith(f"{said} (kernels: ")
    assert da(*recover, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["needed"], told["valid"], told["damaged"]) == (needed, valid, damaged)
    assert (told["code"], told["bytes"]) == (None, 0)
    assert not (folder / "again").exists()

    for path in list(kept)[: needed - valid]:
        path.write_bytes(kept[path])
    assert da(*recover) == 0
    assert (folder / "again").read_bytes() == (folder / "file").read_bytes()


def test_a_malformed_blob_gives_nothing_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = axivon_spec.load("minimal", kernels=())
    code = spec.extend_rows([(2**62).to_bytes(8, "little") * 4] * 4)
    header, checksum = spec.commit_rows(spec.BlobHeader(size=124), code)
    folders.write(spec, tmp_path / "bad", header, checksum, code, lambda done, all: None)
    assert da("recover", tmp_path / "bad", "-o", tmp_path / "not") == 1
    assert "malformed" in capsys.readouterr().out
    assert not (tmp_path / "not").exists()


def test_proofs_of_rows(tmp_path: Path, blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of data and of parity; a proof with another bit is refused, and so is one of another blob."""
    for index in (3, 40):
        assert da("prove", blob, "--row", index, "-o", tmp_path / "proof") == 0
        assert da("verify", tmp_path / "proof") == 0
        read = json.loads((tmp_path / "proof").read_text())
        flipped = f"{int(read['proof'][60], 16) ^ 1:x}"  # in the row, behind two headers of 12 and 16 bytes
        read["proof"] = read["proof"][:60] + flipped + read["proof"][61:]
        (tmp_path / "wrong").write_text(json.dumps(read))
        capsys.readouterr()
        assert da("verify", tmp_path / "wrong") == 1
        assert f"row {index}: da.check_place." in capsys.readouterr().out
    assert da("verify", tmp_path / "proof", "--commitment", "0x" + "00" * 32) == cli.WRONG_USE


def test_every_row_in_a_folder_is_checked(blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert da("verify", blob) == 0
    change(row(blob, 5))
    change(row(blob, 60), at=100)
    capsys.readouterr()
    assert da("verify", blob, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["checked"] == 64
    assert found["wrong"] == {"5": "da.check_place.wrong-rows-root", "60": "da.check_place.wrong-rows-root"}


def test_a_folder_without_rows_shows_nothing(blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (blob / "rows").iterdir():
        path.unlink()
    assert "holds no rows, so there is nothing to check" in refused(capsys, "verify", blob)


def test_a_row_that_no_code_has_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It stands in the tree, and does not agree with the checksum; all others do."""
    spec = axivon_spec.load("minimal", kernels=())
    code = list(spec.extend_rows([bytes(31) + b"\x01"] * 4))
    header, checksum = spec.commit_rows(spec.BlobHeader(size=124), [*code[:9], bytes(32), *code[10:]])
    folders.write(spec, tmp_path / "odd", header, checksum, [*code[:9], bytes(32), *code[10:]], lambda done, all: None)
    assert da("verify", tmp_path / "odd", "--json") == 1
    assert json.loads(capsys.readouterr().out)["wrong"] == {"9": "da.check_rows.wrong-checksum"}


def test_samples(blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert da("sample", blob) == 0
    assert (
        "34 of 34 samples are valid: if fewer than 5/8 of the rows were, chance 2^-41 or less"
        in capsys.readouterr().out
    )
    assert da("sample", blob, "--count", 1) == 0
    assert "chance above 1/2" in capsys.readouterr().out
    assert da("sample", blob, "--count", 40) == 0
    assert "40 of 40 samples are valid: so are 5/8 of the rows at least" in capsys.readouterr().out
    for index in range(1, 64):
        row(blob, index).unlink()
    assert da("sample", blob, "--count", 2) == 1
    assert "of 2 samples are missing or wrong" in capsys.readouterr().out


def test_the_table_is_that_of_the_spec(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["da", "table", "--json"]) == 0
    names = ("data_rows", "samples_2^-20", "samples_2^-30", "samples_2^-40", "sampled_bytes")
    found = [tuple(f"{line[name]:,}" for name in names) for line in json.loads(capsys.readouterr().out)]
    assert found == rows("da.md", "data rows | below 2^-20")[1:]


def test_a_narrow_terminal_cuts_no_figure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert cli.run(["da", "table"]) == 0
    shown = capsys.readouterr().out
    assert "To be sure of a blob" in shown and "To have it kept" in shown
    assert "401,056" in shown and "284,164,096" in shown


def test_the_table_of_costs_is_that_of_the_spec(capsys: pytest.CaptureFixture[str]) -> None:
    """The largest blob stands in both, and there a seat gets what it does whatever the kind."""
    assert cli.run(["da", "table", "--json"]) == 0
    largest = json.loads(capsys.readouterr().out)[-1]
    row = rows("availability.md", "data | data rows | bytes of a row")[-1]
    told = (largest["data_rows"], largest["seat_bytes"], largest["dispersed_bytes"])
    assert tuple(f"{number:,}" for number in told) == (row[1], row[4], row[5])


# What is said of bad input: one line each, and nothing is lost


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert da(*arguments) == cli.WRONG_USE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_blob_is_not_written_over(tmp_path: Path, file: Path, blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither its parts, nor beside them what would be foreign there."""
    (tmp_path / "link").symlink_to(blob)
    before = {path: path.read_bytes() for path in blob.rglob("*") if path.is_file()}
    for place in (blob / "header", blob / "rows" / "new", tmp_path / "link" / "rows" / "00001"):
        assert "which is a blob; name another place" in refused(capsys, "prove", blob, "--row", 1, "-o", place)
        assert "which is a blob; name another place" in refused(capsys, "recover", blob, "-o", place)
        assert "which is a blob; name another place" in refused(capsys, "encode", file, "-o", place)
    assert before == {path: path.read_bytes() for path in blob.rglob("*") if path.is_file()}


def test_places_for_a_blob(tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This folder, one behind a link, one with a mode of its own: what is there is filled, and not replaced."""
    here = tmp_path / "here"
    here.mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "there")
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(here)
    for place in (Path("."), tmp_path / "link", tmp_path / "none" / ("n" * 255)):
        assert da("encode", file, "-o", place) == 0
        assert da("recover", place, "-o", tmp_path / "again") == 0
        assert (tmp_path / "again").read_bytes() == file.read_bytes()
    assert here.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "file", "here", "link", "none", "there"]


def test_a_folder_that_cannot_be_filled_is_empty_again(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are there already when the header cannot be moved."""
    replace = os.replace

    def failing(source: Path, target: Path) -> None:
        if target == tmp_path / "there" / "header":
            raise OSError(28, "No space left on device")
        replace(source, target)

    (tmp_path / "there").mkdir()
    monkeypatch.setattr(folders.os, "replace", failing)
    assert "nothing is left of it: No space left" in refused(capsys, "encode", file, "-o", tmp_path / "there")
    assert not any((tmp_path / "there").iterdir())


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, blob: Path) -> None:
    out = tmp_path / "secret"
    out.write_text("old")
    out.chmod(0o600)
    assert da("recover", blob, "-o", out) == 0
    assert out.stat().st_mode & 0o777 == 0o600


def test_rows_that_cannot_be_read_are_missing(tmp_path: Path, file: Path, blob: Path) -> None:
    """Folders, pipes that nobody writes to, links to themselves, far too many bytes: the others give the file back."""
    for index in range(4):
        row(blob, index).unlink()
    row(blob, 0).mkdir()
    os.mkfifo(row(blob, 1))
    row(blob, 2).symlink_to(row(blob, 2))
    row(blob, 3).touch()
    os.truncate(row(blob, 3), 1 << 40)
    assert da("recover", blob, "-o", tmp_path / "again") == 0
    assert (tmp_path / "again").read_bytes() == file.read_bytes()
    assert da("verify", blob) == 1
    os.truncate(blob / "checksum", 1 << 40)
    assert da("verify", blob) == cli.WRONG_USE


def test_pipes_are_no_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is no regular file" in refused(capsys, "commit", tmp_path / "pipe")
    assert "is no regular file" in refused(capsys, "commit", "/dev/zero")


def test_commitments_that_are_none(blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also the empty text of a variable that is not set."""
    for text in ("", "0x", "xyz", "0x" + "00" * 31):
        assert "give 32 bytes in hexadecimal" in refused(capsys, "verify", blob, "--commitment", text)
    assert da("verify", blob, "--json") == 0
    root = json.loads(capsys.readouterr().out)["commitment"]
    for text in (root, root[2:], root.upper()):
        assert da("verify", blob, "--commitment", text) == 0


def test_what_computes_is_said(tmp_path: Path, blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("verify", blob), ("sample", blob), ("recover", blob, "-o", tmp_path / "x")):
        assert da(*arguments, "--kernels", "numpy", "--json") == 0
        assert json.loads(capsys.readouterr().out)["kernels"] == "numpy"
    assert da("recover", blob, "-o", tmp_path / "x", "--kernels", "none") == 0
    assert "kernels: none" in capsys.readouterr().out


def test_files_that_are_no_blob(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty, large = tmp_path / "empty", tmp_path / "large"
    empty.write_bytes(b"")
    large.write_bytes(bytes(1985))
    assert "is empty; a blob has at least one byte" in refused(capsys, "commit", empty)
    assert "has 1,985 bytes, and the largest blob 1,984; split it" in refused(
        capsys, "encode", large, "-o", tmp_path / "x"
    )
    assert "No such file" in refused(capsys, "commit", tmp_path / "none")
    assert "Is a directory" in refused(capsys, "commit", tmp_path)
    assert not (tmp_path / "x").exists()


def test_a_file_that_shrinks_while_it_is_read(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the size and the bytes: the file is cut when its size has been asked for."""
    true_size = os.fstat

    def cut(descriptor: int) -> os.stat_result:
        found = true_size(descriptor)
        os.truncate(file, SIZE // 2)
        return found

    monkeypatch.setattr(folders.os, "fstat", cut)
    assert "has changed while it was read; try again" in refused(capsys, "encode", file, "-o", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_taken_is_left_alone(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine").write_text("mine")
    assert "is there already" in refused(capsys, "encode", file, "-o", taken)
    assert "is there already" in refused(capsys, "encode", file, "-o", file)
    assert [path.name for path in taken.iterdir()] == ["mine"]


def test_folders_that_are_no_blob(tmp_path: Path, blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("verify", blob), ("sample", blob), ("recover", blob, "-o", tmp_path / "x")):
        header = (blob / "header").read_bytes()
        (blob / "header").write_bytes(header[:-1])
        assert "is no header of a blob" in refused(capsys, *arguments)
        (blob / "header").write_bytes(b"\x02" + header[1:])
        assert "da.compute_shape.unknown-kind" in refused(capsys, *arguments)
        (blob / "header").write_bytes(header)
        change(blob / "checksum")
        assert "da.check_checksum.wrong-checksum-root" in refused(capsys, *arguments)
        change(blob / "checksum")
        assert "is no blob" in refused(capsys, arguments[0], tmp_path, *arguments[2:])
    for name in ("notes", "3", "00064", "000001", "-0001"):
        (blob / "rows" / name).write_text("mine")
        assert "is no row of this blob; move it away" in refused(capsys, "recover", blob, "-o", tmp_path / "x")
        (blob / "rows" / name).unlink()
    assert not (tmp_path / "x").exists()


def test_rows_of_another_blob_are_damaged_ones(
    tmp_path: Path, file: Path, blob: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(Random(2).randbytes(SIZE))
    assert da("encode", file, "-o", tmp_path / "other") == 0
    for index in range(64):
        row(blob, index).write_bytes(row(tmp_path / "other", index).read_bytes())
    capsys.readouterr()
    assert da("recover", blob, "-o", tmp_path / "x") == 1
    assert "0 valid rows, 64 damaged; 16 more are needed" in capsys.readouterr().out


def test_rows_that_are_not_there(blob: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "this blob has rows 0 to 63" in refused(capsys, "prove", blob, "--row", 64)
    row(blob, 7).unlink()
    assert "row 7 is not in" in refused(capsys, "prove", blob, "--row", 7)
    change(row(blob, 8))
    assert "row 8 in" in refused(capsys, "prove", blob, "--row", 8)
    assert "this blob has 64 rows" in refused(capsys, "sample", blob, "--count", 65)


def test_things_that_are_no_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("", "{}", "[]", "[" * 100_000, '{"header": "00", "proof": "00"}', '{"header": 1, "proof": "zz"}'):
        (tmp_path / "proof").write_text(text)
        assert "is no proof of a row of minimal" in refused(capsys, "verify", tmp_path / "proof")
    assert "there is no" in refused(capsys, "verify", tmp_path / "none")
    (tmp_path / "proof").write_text('{"header": "00", "proof": "00", "preset": "mainnet"}')
    assert "is of a blob of mainnet; give --preset mainnet" in refused(capsys, "verify", tmp_path / "proof")


def test_wrong_options(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "choose packed or pages" in refused(capsys, "commit", file, "--kind", "wide")
    assert "up to 32 bytes in hexadecimal" in refused(capsys, "commit", file, "--namespace", "xyz")
    assert "up to 32 bytes in hexadecimal" in refused(capsys, "commit", file, "--namespace", "00" * 33)
    for kernels in ("abacus", "indexed_list"):
        assert "choose cupy, numba, numpy or none" in refused(capsys, "commit", file, "--kernels", kernels)
    assert "there is no folder" in refused(capsys, "recover", tmp_path, "-o", tmp_path / "a" / "b")


@pytest.mark.parametrize("command", ["encode", "recover", "prove"])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, file: Path, blob: Path, command: str) -> None:
    """No file may grow beyond 100 bytes, which ends each write like a full disk."""
    code = (
        "import resource, signal, sys; from axivon_spec.cli import run;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); import axivon_spec.minimal;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); sys.exit(run(sys.argv[1:]))"
    )
    given = {"encode": [file], "recover": [blob], "prove": [blob, "--row", 1]}[command]
    arguments = ["da", command, *map(str, given), "-o", str(tmp_path / "out"), "--preset", "minimal"]
    result = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == cli.WRONG_USE
    assert f"{tmp_path / 'out'} was not written, and nothing is left of it: File too large" in result.stderr
    assert result.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blob", "file"]


def test_memory_stays_below_eight_times_the_blob(tmp_path: Path) -> None:
    """The largest blob, encoded, sampled and recovered from parity: 8 times its bytes and 200 MiB, as each process
    counts by itself."""
    size = 31 << 20
    (tmp_path / "file").write_bytes(Random(3).randbytes(size))
    code = (
        "import re, sys; from axivon_spec.cli import run; code = run(sys.argv[1:]);"
        "print(code, *re.findall(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read()))"
    )
    small = ["da", "commit", __file__]  # compiles the kernels, where they are new; that takes more
    subprocess.run([sys.executable, "-m", "axivon_spec", *small], check=True, capture_output=True)

    def run(*command: object) -> None:
        arguments = [sys.executable, "-c", code, "da", *map(str, command)]
        result = subprocess.run(arguments, capture_output=True, text=True, check=True)
        done, kilobytes = map(int, result.stdout.split()[-2:])
        assert done == 0
        assert kilobytes * 1024 < 8 * size + (200 << 20), command

    run("encode", tmp_path / "file", "-o", tmp_path / "blob")
    run("sample", tmp_path / "blob")
    for index in range(8192):
        row(tmp_path / "blob", index).unlink()
    run("recover", tmp_path / "blob", "-o", tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "file").read_bytes()
