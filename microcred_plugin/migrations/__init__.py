"""The plugin's one migration history."""
