"""What Rasa's own channels run: every message goes to the service, whose decision comes back. No part of a model."""
