"""`python -m axivon_spec` is `axivon`."""

from axivon_spec.cli import main

main()
