"""Files that a user names are replaced whole, and nothing but files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from axivon_spec import output


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        assert output.trouble(path) == f"{path} is no file, so it is not replaced"
    assert output.trouble(tmp_path / "none" / "page.html") == f"there is no folder {tmp_path / 'none'}"
    assert output.trouble(tmp_path / "page.html") is None


def test_a_file_is_replaced_where_its_link_leads(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("old")
    (tmp_path / "link").symlink_to("page.html")
    assert output.trouble(tmp_path / "link") is None
    output.write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "page.html").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "page.html"]


@pytest.mark.parametrize("option", ["--html", "--junit", "--record"])
def test_a_run_does_not_begin_where_its_report_cannot_be_written(tmp_path: Path, option: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-m", "axivon_spec", "conform", "--client", "true", option, str(tmp_path / "pipe")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"axivon: {tmp_path / 'pipe'} is no file, so it is not replaced\n"
