"""`/trainer`: the pages of those who improve what the bot understands and says."""
