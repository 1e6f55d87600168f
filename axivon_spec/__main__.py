"""`python -m axivon_spec` is `axivon`."""

from axivon_spec.start import main

main()
