"""What can break does break, under traffic, in the real processes; then an account of every message."""
