"""The steps of a training as people read them."""

STEP_WORDS = {
    "": "Waiting for its turn",
    "write": "Collecting topics and examples",
    "train": "Training the model",
    "load": "Loading the new model",
    "read": "Reading the test messages with it",
    "load_live": "Loading the live model",
    "read_live": "Reading the same messages with the live model",
    "compare": "Comparing the two",
}
