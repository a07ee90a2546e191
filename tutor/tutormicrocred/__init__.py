"""Tutor plugin for microcred-plugin; its version is that of the microcred-plugin it installs."""

__version__ = "0.1.0"
