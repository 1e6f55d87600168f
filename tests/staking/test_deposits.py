"""The keys of which deposits are refused."""

from __future__ import annotations

import axivon_spec
from generators.scene import public_key
from generators.staking import NEW, OUTSIDE_THE_SUBGROUP
from tests.runtime.bls_points import with_torsion_in_g1


def test_a_key_outside_the_subgroup_differs_from_that_of_its_signer_by_what_no_pairing_tells() -> None:
    key = public_key(axivon_spec.load("minimal"), NEW)
    assert with_torsion_in_g1(bytes(key)) == OUTSIDE_THE_SUBGROUP
