"""Conformance: run every vector against a client in any language, over newline-delimited JSON.

    axivon conform --client "CMD"
    pytest --pyargs axivon_spec.conformance --client "CMD"

`docs/conformance-protocol.md` is the reference for client teams.
"""
