"""What the service is made of: bills of materials, and known weaknesses in it (docs/supply-chain.md)."""
