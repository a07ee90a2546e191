"""Settings modules; installed as ``microcred_plugin.settings`` and loaded by name, never imported by our code."""
