"""An overlay may change what a kernel stands for, so none is bound with one unless it is named."""

from __future__ import annotations

import axivon_spec
from axivon_spec import compilation, kernels


def test_no_kernel_is_bound_with_an_overlay(monkeypatch) -> None:
    bound = []
    load_into = type(compilation()).load_into
    monkeypatch.setattr(
        type(compilation()),
        "load_into",
        lambda self, module, preset, features, **options: (
            bound.append(set(options["kernels"])) or load_into(self, module, preset, (), **options)
        ),
    )
    axivon_spec.load("minimal")
    axivon_spec.load("minimal", features=("any",))
    axivon_spec.load("minimal", features=("any",), kernels=kernels.chosen())
    assert bound[0] == bound[2] != set()
    assert bound[1] == set()
