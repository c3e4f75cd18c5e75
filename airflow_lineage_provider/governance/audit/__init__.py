"""The audit chain: sealing, verifying, checkpoints, and what may be purged."""
