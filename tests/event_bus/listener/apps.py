"""Hears BADGE_AWARDED and BADGE_REVOKED in a process that consumes the event bus."""

import json
import os
from pathlib import Path
from typing import Any

import attr
from django.apps import AppConfig


class Listener(AppConfig):
    """Writes a line of JSON for each event into the file that MICROCRED_TEST_HEARD names, if it names one."""

    name = "tests.event_bus.listener"

    def ready(self) -> None:
        """Connect the receivers."""
        from openedx_events.learning.signals import BADGE_AWARDED, BADGE_REVOKED

        if "MICROCRED_TEST_HEARD" in os.environ:
            BADGE_AWARDED.connect(_write)
            BADGE_REVOKED.connect(_write)


def _write(badge: Any, metadata: Any, **kwargs: Any) -> None:
    line = {
        "type": metadata.event_type,
        "id": str(metadata.id),
        "time": metadata.time.isoformat(),
        "badge": attr.asdict(badge),
    }
    with Path(os.environ["MICROCRED_TEST_HEARD"]).open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")
