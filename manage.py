#!/usr/bin/env python
"""Run a management command on the sandbox site (see README)."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "microcred_plugin.settings.sandbox")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
