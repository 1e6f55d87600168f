"""What the guides say of the vectors is what the vectors hold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import axivon_spec

DOCS = Path(__file__).resolve().parents[2] / "docs"


def needing(prefix: str) -> set[str]:
    functions = axivon_spec.exports("minimal")["functions"]
    return {
        name for name, declared in functions.items() if any(used.startswith(prefix) for used in declared["runtime"])
    }


def test_the_functions_that_need_signatures_are_those_that_are_listed() -> None:
    text = (DOCS / "vectors.md").read_text()
    paragraph = text[text.index("`runtime` in `functions.json`") : text.index("In a case that must be rejected")]
    listed = set(re.findall(r"`(\w+)`", paragraph)) - {"runtime"}
    assert needing("secp256k1_") == {
        *("process_permit", "process_operation", "state_transition", "on_proposal", "check_item"),
    }
    assert needing("bls_") == {
        *(
            "state_transition",
            "process_operation",
            "process_deposit",
            "process_evidence",
            "process_certify_blobs",
            "check_certificate",
            "prove_vrf",
            "verify_vrf",
            "create_genesis_state",
        ),
        *("on_certificate", "on_vote", "on_proposal", "on_timeout", "prepare_proposal", "on_turn"),
    }
    assert listed == needing("secp256k1_") | needing("bls_")


def test_links_between_files_of_the_repository_lead_somewhere() -> None:
    """The catalogues under reference/ are made with the site."""
    for guide in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)", guide.read_text()):
            assert target.startswith("reference/") or (DOCS / target).exists(), f"{guide.name}: {target}"


def test_the_commands_for_blobs_run_as_they_stand(tmp_path: Path) -> None:
    """By a shell that stops at the first which fails, with this environment's `axivon`."""
    [block] = re.findall(r"```sh\n(.*?)```", (DOCS / "blobs.md").read_text(), re.DOTALL)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "-e", "-u", "-c", block]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "photo-again").read_bytes() == (tmp_path / "photo").read_bytes()
