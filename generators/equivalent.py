"""Mutants that no case can catch, because they are no faults: `axivon vectors mutate` checks that each survives."""

EQUIVALENT = {
    "primitives.compute_merkle_root:rounded up": "the number of nodes is even there",
    "primitives.compute_merkle_root:if True": "of three nodes the third, which is empty, is dropped",
    "consensus.create_consensus_state:0 becomes 1": "who is there at genesis is there in epoch 1",
    **dict.fromkeys(
        ("chain.process_epoch:`process_correlation` rounded up", "slashing.process_correlation:rounded up"),
        "the window is an even number of epochs",
    ),
    **dict.fromkeys(
        (
            "slashing.check_evidence:`second` for `evidence.first` (2)",
            "slashing.list_offenders:`second` for `evidence.first`",
            "slashing.process_evidence:`second` for `evidence.first`",
        ),
        "both votes are of one round there",
    ),
    **dict.fromkeys(
        ("consensus.is_slashable:`second` for `first` (4)", "consensus.is_slashable:`second` for `first` (5)"),
        "both votes are of one kind there",
    ),
    "staking.process_queues:1 becomes 2 (3)": "where nobody is active, nobody waits to leave",
    "token.compute_vested:GtE becomes Gt": "at the end the share that mul_div computes is the whole",
    "voter.find_notarized_view:operand 1 left out": "what is certified to be final is final once it is known",
    "voter.MAX_TALLIED:off by one": "of each validator a round has at most one vote of each kind",
    **dict.fromkeys(
        (
            "voter.finalize:And becomes Or",
            "voter.finalize:operand 1 left out",
            "voter.finalize:operand 2 left out",
            "voter.finalize:`store.tallies = List[Tally, MAX_KEPT](ta` removed",
        ),
        "votes of rounds that are not remembered are never looked at",
    ),
    **dict.fromkeys(
        ("voter.on_vote:operand 2 left out (3)", "voter.on_vote:operand 3 left out"),
        "a certificate that is not useful, or a second one of a vote, is not learned",
    ),
    **dict.fromkeys(
        (
            "voter.keep_vote:if False",
            "voter.keep_vote:`store.tallies` never written",
            "voter.keep_vote:`tally.round` never written",
            "voter.keep_vote:`signed.vote.round` never written",
        ),
        "two tallies of a round hold the same votes as one",
    ),
    **dict.fromkeys(
        (
            "token.are_within_bounds:operand 1 left out",
            "token.are_within_bounds:`lowest.base_fee_burn_share` never written",
            "token.are_within_bounds:`parameters.base_fee_burn_share` by default",
            "token.are_within_bounds:`parameters.base_fee_burn_share` never written",
        ),
        "no share lies below the lowest, which is 0",
    ),
}
