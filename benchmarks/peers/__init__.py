"""Other programs that do the same job, each in an environment of its own, measured in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

ENVIRONMENTS = Path(__file__).resolve().parents[2] / ".cache" / "environments"
PROGRAMS = Path(__file__).resolve().parent


def samples(program: str, requirement: str, *arguments: str) -> list[float] | None:
    """What `peers/<program>.py` prints with the package that it needs: a list of numbers; None, and a line on standard
    error, where that package is not to be had."""
    environment = ENVIRONMENTS / f"peer-{program}"
    python, ready = environment / "bin" / "python", environment / "ready"
    try:
        if not ready.exists() or ready.read_text() != requirement:
            print(f"installing {requirement} into {environment}", file=sys.stderr)
            venv.create(environment, clear=True, with_pip=True)
            install = [str(python), "-m", "pip", "install", "--quiet", "--pre", requirement]
            subprocess.run(install, check=True, capture_output=True, text=True)
            ready.write_text(requirement)
        command = [str(python), str(PROGRAMS / f"{program}.py"), *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        told = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        print(f"no peer {program} in this run: {told[-1] if told else error}", file=sys.stderr)
        return None
    return [float(number) for number in json.loads(done.stdout.splitlines()[-1])]
