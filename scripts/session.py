"""The recorded session that ships with the package: `axivon conform --self-test`, for a client's first day.

`python -m scripts.session` plays these cases of tests/vectors with the spec as client, and writes the file. Times are
left out, so that the same vectors give the same bytes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from axivon_spec.conformance.conversation import Settings
from axivon_spec.conformance.published import PublishedSource
from axivon_spec.conformance.record import SHIPPED, objects_of, recording
from axivon_spec.conformance.runner import run
from axivon_spec.conformance.source import Entry

VECTORS = Path(__file__).resolve().parents[1] / "tests" / "vectors"
TOPICS = (
    "types/Address",
    "types/Link",
    "types/Operation",
    "types/TokenParameters",
    "types/Transfer",
    "types/VestingSchedule",
    "primitives/check_merkle_branch",
    "primitives/compute_shuffled_index",
    "token/balance_of",
    "token/transfer",
)
LARGEST = 7_000  # bytes of all objects of a case: a list that is full to its limit is not for the first day


def chosen(source: PublishedSource) -> list[Entry]:
    """The cases of the session."""

    def size(id: str) -> int:
        return sum(len(source.object(digest)) for digest in objects_of(source.case(id)))

    entries = [entry for entry in source.entries() if entry.id.rpartition("/")[0] in TOPICS]
    return [entry for entry in entries if size(entry.id) <= LARGEST]


def record(vectors: Path, path: Path) -> None:
    """Play the session and write it to `path`."""
    source = PublishedSource(vectors)
    settings = Settings(f"{sys.executable} -m axivon_spec client", 10.0, 30.0, False, False, True)
    with tempfile.TemporaryDirectory() as folder:
        played = Path(folder) / "played.ndjson"
        with recording(played, source) as recorder:
            report = run(source, chosen(source), settings, watcher=recorder.write)
        if report.exit_code():
            raise SystemExit("the spec itself failed a case; run `axivon vectors verify`")
        lines = [json.loads(line) for line in played.read_text(encoding="utf-8").splitlines()]
    text = [{key: value for key, value in line.items() if key != "ms"} for line in lines]
    path.write_text(
        "".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in text), encoding="utf-8"
    )


if __name__ == "__main__":
    record(VECTORS, SHIPPED)
    print(f"{SHIPPED}: {SHIPPED.stat().st_size} bytes")
