"""Whatever happens to a line of the specs, the compiler takes it or says where and how to mend it; it never breaks."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType

import axivon_spec
from axivon_spec.compiler.model import SpecErrors

SPECS = Path(__file__).resolve().parents[2] / "specs"
PAGES = ("primitives.md", "chain.md", "token.md", "staking.md", "slashing.md", "rewards.md", "consensus.md", "voter.md")
CHARACTERS = "()[]:.,+-*/=<>\"'|#`x0 \\{}@~^&%é"
WORDS = ("lambda", "yield", "None", "1.5", "[", "await", '"s"', "del", "uint64", "State", "*", "async", "return", "{}")
CODE = ("    ", "|", "def", "class", "#", "`")  # how the lines begin that a compiler reads
TRIES = 60


def disturbed(random: Random, lines: list[str]) -> str:
    """Change one line of code or of a table, and say which and how."""
    place = random.choice(
        [i for i, line in enumerate(lines) if line.startswith(("    ", "|", "def", "class", "#", "`"))]
    )
    old, how = lines[place], random.choice(["drop", "double", "exchange", "character", "word", "indent"])
    if how == "drop":
        del lines[place]
    elif how == "double":
        lines.insert(place, old)
    elif how == "exchange":
        lines[place - 1], lines[place] = old, lines[place - 1]
    elif how == "character":
        at = random.randrange(len(old))
        lines[place] = old[:at] + random.choice(CHARACTERS) + old[at + random.randrange(2) :]
    elif how == "word":
        words = old.split(" ")
        words[random.randrange(len(words))] = random.choice(WORDS)
        lines[place] = " ".join(words)
    else:
        lines[place] = random.choice(["    ", "  ", "\t", ""]) + old.lstrip()
    return f"{how}, line {place + 1}: {old}"


def test_a_disturbed_line_is_taken_or_told(tmp_path: Path) -> None:
    ended: Counter[str] = Counter()
    for seed in range(TRIES):
        random, root = Random(seed), tmp_path / str(seed)
        shutil.copytree(SPECS, root / "specs")
        page = root / "specs" / random.choice(PAGES)
        lines = page.read_text(encoding="utf-8").splitlines()
        told = f"{page.name}: {disturbed(random, lines)}"
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")
        compilation = replace(axivon_spec.compilation(), root=root, cache=root / "cache", _loaded={}, _programs={})
        try:
            compilation.load_into(ModuleType("disturbed"), "minimal", kernels={})
            ended["taken"] += 1
        except SpecErrors as mistakes:
            ended["told"] += 1
            assert all(each.line > 0 and each.remedy and "specs/" in str(each.file) for each in mistakes.errors), told
        except Exception as error:
            error.add_note(told)
            raise
        shutil.rmtree(root)
    assert min(ended["taken"], ended["told"]) > TRIES // 6
