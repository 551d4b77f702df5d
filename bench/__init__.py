"""Measures CECS: a made-up registry of any size, and what it can answer in a second."""
