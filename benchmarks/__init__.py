"""Measurements, as ratios and medians in one run: `make bench`. Reports go to var/bench."""
