"""Judging a release: labelled messages, what the bot made of them, measures, thresholds, and the report."""
