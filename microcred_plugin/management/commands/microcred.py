"""``manage.py microcred``: everything authors and operators do without a browser (docs/reference/commands.md)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from microcred_plugin.errors import MicrocredError
from microcred_plugin.management.cli import VERBS
from microcred_plugin.management.cli.verb import COMMON, Call, Result, Verb

FINDINGS, BAD_INPUT, BROKEN_OFF = 1, 2, 130


class Command(BaseCommand):
    """Exit codes: 0 done, 1 done and there are findings, 2 bad input, 130 broken off."""

    help = "Load, publish and watch over microcredentials. Every subcommand takes --json."
    # A command in cron is to be quick, and doctor is to speak when a check of the site would not let it.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        subparsers = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
        for verb in VERBS:
            subparser = subparsers.add_parser(verb.name, help=verb.help, description=f"{verb.help.capitalize()}.")
            for names, options in (*verb.arguments, *COMMON):
                subparser.add_argument(*names, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a subcommand and print what came of it."""
        verb = next(verb for verb in VERBS if verb.name == options["verb"])
        result = self._run(verb, Call(options, self.stderr))
        self._print(result, as_json=options["json"])
        if result.findings:
            raise CommandError(result.findings, returncode=FINDINGS)

    def _run(self, verb: Verb, call: Call) -> Result:
        try:
            _ = call.by  # who does not exist cannot act, nor look
            return verb.run(call)
        except MicrocredError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        except DatabaseError as error:
            message = f"The database refused: {error}. Run 'manage.py migrate', then 'manage.py microcred doctor'."
            raise CommandError(message, returncode=BAD_INPUT) from error
        except KeyboardInterrupt as error:
            raise CommandError(verb.broken_off, returncode=BROKEN_OFF) from error

    def _print(self, result: Result, *, as_json: bool) -> None:
        lines = [json.dumps(result.data, indent=2, ensure_ascii=False)] if as_json else result.lines
        for line in lines:
            self.stdout.write(line)
