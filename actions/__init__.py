"""What runs inside Rasa: the sentence encoder, its featurizer and the topic classifier."""
