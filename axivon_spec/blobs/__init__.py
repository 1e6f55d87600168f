"""Blobs as files: what `axivon da` does. The rules are those of `specs/da.md`; here is where bytes come from and go."""
