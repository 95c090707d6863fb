"""What a text for patients must look like: the NHS content style, no promise, no diagnosis, fit for Messenger."""
