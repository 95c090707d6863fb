"""Trainings: examples -> model -> evaluation -> comparison -> a release that may go live, or not."""
