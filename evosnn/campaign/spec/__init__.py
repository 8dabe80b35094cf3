"""Campaign files: their data model, reading them, keys without effect."""
