"""Tests that run inside an openedx-platform checkout; docs/how-tos/test-in-your-platform.md says how."""
