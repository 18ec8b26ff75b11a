"""Benchmarks: `make bench` runs them and writes docs/performance.md; none of them is a test."""
