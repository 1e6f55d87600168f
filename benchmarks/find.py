"""Finding a key in an indexed list: the walk of the Markdown, and the kernel that takes its place."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

import axivon_spec
from benchmarks.measure import Figure, Peer, report, seconds

LENGTHS = (16, 256, 1023)
FINDS = 100


def links_of(spec: Any, keys: list[bytes]) -> Any:
    """A list of links with these keys, after the sentinel."""
    links = spec.List[spec.Link, spec.MAX_ENTRIES](spec.Link())
    for key in keys:
        spec.insert_link(links, spec.Bytes32(key))
    return links


def figures() -> list[Figure]:
    """Microseconds a find. The peer of the kernel is the walk, in the same run."""
    walking, indexed = axivon_spec.load("minimal", kernels=()), axivon_spec.load("minimal")
    result = []
    for length in LENGTHS:
        random = Random(length)
        keys = [random.randbytes(32) for _ in range(length)]
        links = links_of(indexed, keys)
        wanted = [indexed.Bytes32(key) for key in random.choices(keys, k=FINDS)]
        cases = f"{FINDS} keys that are there, in a list of {length}"
        peer = None
        for name, spec in (("walk", walking), ("kernel", indexed)):
            if [spec.find_key(links, key) for key in wanted[:3]] != [1 + keys.index(bytes(key)) for key in wanted[:3]]:
                raise ValueError(f"the {name} finds another entry")
            samples = tuple(1e6 * seconds(partial(spec.find_key, links, key), 1)[0] for key in wanted)
            result.append(Figure(f"find a key, {name}", cases, "µs", samples, peer=peer))
            peer = Peer("the walk", result[-1].percentile(50), "measured in this run")
    return result


if __name__ == "__main__":
    report(figures())
