"""``manage.py sandbox``: courses, learners and what they do, from the command line (docs/reference/commands.md)."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from microcred_plugin.errors import MicrocredError
from microcred_plugin.sandbox import verbs

_BAD_INPUT = 2


class Command(BaseCommand):
    """Play platform: import a course, enrol, complete, grade and reset learners, or set up the whole demo."""

    help = "Play platform on this machine: import a course, enrol, complete, grade and reset learners, set up a demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the verbs; each prints one JSON object with ``--json``."""
        subparsers = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
        for verb in verbs.VERBS:
            subparser = subparsers.add_parser(verb.name, help=verb.help, description=verb.help)
            for names, options in verb.arguments:
                subparser.add_argument(*names, **options)
            subparser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a verb; exit 2 with a message for what cannot be used."""
        verb = next(verb for verb in verbs.VERBS if verb.name == options["verb"])
        try:
            result = verb.run(options)
        except MicrocredError as error:
            raise CommandError(str(error), returncode=_BAD_INPUT) from error
        if options["json"]:
            self.stdout.write(json.dumps(result, indent=2, ensure_ascii=False))
        else:
            self._print(result)

    def _print(self, result: Mapping[str, Any]) -> None:
        width = max(map(len, result))
        for name, value in result.items():
            lines = [value] if not isinstance(value, list | tuple) else value or ["none"]
            for number, line in enumerate(lines):
                self.stdout.write(f"{name if number == 0 else '':<{width}}  {line}")
