"""The background process: answers stored events, sends messages, tidies up."""
