"""Benchmarks: each prints one JSON line per figure, with its ratio to a floor measured in the same
run, because machines differ and are noisy. `make bench` runs all of them, one after another."""
