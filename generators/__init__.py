"""The cases, by layer and subject. A case is a function that yields steps: a test under pytest, a file
when generated."""

MODULES = (
    "types",
    "primitives",
    "chain",
    "blocks",
    "consensus",
    "founders",
    "staking",
    "queues",
    "slashing",
    "voting",
    "voter",
    "deposits",
    "token",
    "permits",
    "vesting",
    "fees",
    "parties",
    "afterwards",
    "limits",
    "nothing",
    "extremes",
    "edges",
    "heard",
    "runs",
)
