"""Which kernels are bound: what is installed, what AXIVON_KERNELS names, what `load` is told."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

import axivon_spec
from axivon_spec import kernels
from axivon_spec.compiler.load import LoadError

WITH_FIELD = "da.extend_rows"


def only(*installed: str) -> Any:
    return lambda name: importlib.util.find_spec("sys") if name in installed else None


@pytest.mark.parametrize(
    ("installed", "expected"),
    [(("numpy", "numba"), "numba"), (("numpy",), "numpy"), ((), None)],
)
def test_the_fastest_that_is_installed_is_chosen(
    monkeypatch: pytest.MonkeyPatch, installed: tuple[str, ...], expected: str | None
) -> None:
    monkeypatch.delenv("AXIVON_KERNELS", raising=False)
    monkeypatch.setattr(kernels, "find_spec", only(*installed))
    assert kernels.chosen() == ("indexed_list", *filter(None, [expected]))
    assert (WITH_FIELD in kernels.select(None)) == (expected is not None)


def test_the_environment_names_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AXIVON_KERNELS", "numpy, indexed_list")
    assert kernels.chosen() == ("numpy", "indexed_list")
    monkeypatch.setenv("AXIVON_KERNELS", "")
    assert kernels.select(None) == {}


def test_kernels_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LoadError, match="there are no kernels 'abacus'; choose from: indexed_list, cupy, numba, numpy"):
        axivon_spec.load("minimal", kernels=("abacus",))
    monkeypatch.setattr(kernels, "find_spec", only())
    with pytest.raises(LoadError, match=r"'numba' are not installed; run: pip install 'axivon-spec\[numba\]'"):
        axivon_spec.load("minimal", kernels=("numba",))


def test_two_modules_with_different_kernels_give_the_same() -> None:
    specs = [axivon_spec.load("minimal", kernels=names) for names in ((), ("numpy",))]
    blobs = [spec.encode_blob(0, spec.Bytes32(), bytes(range(1, 200))) for spec in specs]
    assert blobs[0].hash_tree_root() == blobs[1].hash_tree_root()
    assert specs[0].extend_rows.__code__.co_filename.endswith("da.md")
    assert specs[1].extend_rows.__code__.co_filename.endswith("blobs.py")
