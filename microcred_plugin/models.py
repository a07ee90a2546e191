"""All models of the plugin, where Django looks for them."""

from microcred_plugin.awards.models import Award, AwardEvent, Notice
from microcred_plugin.definitions.models import Draft, Interest, Issuer, Microcredential, Offering, Version
from microcred_plugin.evidence.models import Backfill, Confirmation, Gate, Pending, SweepRun
from microcred_plugin.progress.models import Progress
from microcred_plugin.structure.models import CourseStructure

__all__ = [
    "Award",
    "AwardEvent",
    "Backfill",
    "Confirmation",
    "CourseStructure",
    "Draft",
    "Gate",
    "Interest",
    "Issuer",
    "Microcredential",
    "Notice",
    "Offering",
    "Pending",
    "Progress",
    "SweepRun",
    "Version",
]
