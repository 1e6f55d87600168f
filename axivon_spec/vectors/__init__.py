"""The vector format: write, read, verify, index, compare, measure. One form for every case."""
