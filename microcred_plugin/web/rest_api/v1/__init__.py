"""Version 1 of the REST API: read-only, for learners and course staff (docs/reference/api.md)."""
