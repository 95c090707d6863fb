"""The project's pipeline on public data, beside Rasa's default and a plain regression: `python -m benchmarks.nlu`."""
