"""Understanding patients: the client of the Rasa server, training data files and training runs."""
