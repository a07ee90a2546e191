"""The subcommands of ``manage.py microcred``, one file a group; each returns what it did, and prints nothing."""

from microcred_plugin.management.cli import authoring, learners, operating, personal
from microcred_plugin.management.cli.verb import Verb

VERBS: tuple[Verb, ...] = (*authoring.VERBS, *operating.VERBS, *learners.VERBS, *personal.VERBS)
