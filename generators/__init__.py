"""The cases, one module a layer. A case is a function that yields steps: a test under pytest, a file when generated."""

MODULES = ("types", "primitives", "chain", "token")
