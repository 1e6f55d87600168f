"""What the guides say of the vectors is what the vectors hold."""

from __future__ import annotations

import re
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
