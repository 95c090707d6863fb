"""Everything that speaks Meta: signatures, webhook payloads, the Send API and the Messenger profile."""
