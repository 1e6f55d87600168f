"""One script a figure: `python -m benchmarks.<name>`; `python -m benchmarks` runs all.

Each names its set of cases and prints count, p50 and p99, beside a peer's figure where there is one.
"""
