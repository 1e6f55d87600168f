"""The session that the client guide shows: bytes of a real run of the runner against the example client.

`python -m tests.conformance.client_session` runs it and writes it into the guide.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "examples" / "node-client" / "client.mjs"
GUIDE = ROOT / "docs" / "client-guide.md"
CASES = (
    "types/Transfer/default",
    "types/Transfer/malformed",
    "token/transfer/part_of_the_balance",
    "token/transfer/one_more_than_the_balance",
)
BEGIN, END = "<!-- session -->\n", "<!-- end of session -->\n"
OBJECTS = re.compile(r'"path":"[^"]*/([0-9a-f]{64}\.ssz)"')

LISTENER = """
import subprocess, sys
log, *client = sys.argv[1:]
with open(log, "ab") as log, subprocess.Popen(client, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
    for request in sys.stdin.buffer:
        client.stdin.write(request)
        client.stdin.flush()
        response = client.stdout.readline()
        log.write("→ ".encode() + request + "← ".encode() + response)
        log.flush()
        sys.stdout.buffer.write(response)
        sys.stdout.buffer.flush()
"""


def record(folder: Path) -> str:
    """Run the example client against `CASES` and return what went over the wire; `folder` is for files of the run."""
    listener, log = folder / "listener.py", folder / "log.txt"
    listener.write_text(LISTENER)
    client = f"{sys.executable} {listener} {log} node {CLIENT}"
    conform = [sys.executable, "-m", "axivon_spec", "conform", "--client", client, "-k", " or ".join(CASES)]
    result = subprocess.run(conform, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"\n{len(CASES)} passed" in result.stdout, result.stdout
    return OBJECTS.sub(r'"path":"/objects/\1"', log.read_text())


def shown(guide: str) -> str:
    """The session in the text of the guide."""
    return guide.split(BEGIN)[1].split(END)[0].removeprefix("```text\n").removesuffix("```\n")


def main() -> None:
    guide = GUIDE.read_text()
    before, rest = guide.split(BEGIN)
    after = rest.split(END)[1]
    with tempfile.TemporaryDirectory() as folder:
        session = record(Path(folder))
    GUIDE.write_text(f"{before}{BEGIN}```text\n{session}```\n{END}{after}")


if __name__ == "__main__":
    main()
