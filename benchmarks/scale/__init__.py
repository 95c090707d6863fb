"""How much the service takes and how quickly it answers, beside others that speak Messenger. All on loopback."""
