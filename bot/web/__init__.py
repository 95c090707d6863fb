"""What is served over HTTP: the webhook, health, and in demo mode the chat window."""
