"""Mutants that no case can catch, because they are no faults: `axivon vectors mutate` checks that each survives."""

EQUIVALENT = {
    "primitives.compute_merkle_root:rounded up": "the number of nodes is even there",
    "token.compute_vested:GtE becomes Gt": "at the end the share that mul_div computes is the whole",
    **dict.fromkeys(
        (
            "token.are_within_bounds:`lowest.base_fee_burn_share` never written",
            "token.are_within_bounds:`parameters.base_fee_burn_share` by default",
            "token.are_within_bounds:`parameters.base_fee_burn_share` never written",
        ),
        "no share lies below the lowest, which is 0",
    ),
}
