"""The Markdown that the site is built from: guides as written, specs with their names linked, catalogues from exports.

    python -m scripts.website FOLDER

writes plain Markdown pages that any successor of MkDocs reads as well.
"""
