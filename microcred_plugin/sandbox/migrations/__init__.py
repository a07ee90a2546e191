"""The sandbox's own migrations."""
