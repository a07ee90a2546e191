"""How a learner stands with something: the verdict and the awards that go with it."""

from dataclasses import dataclass, field
from datetime import datetime

from microcred_plugin.awards.models import Award
from microcred_plugin.criteria.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """How a learner stands with a plan; ``as_of`` is None when it was judged just now."""

    verdict: Verdict
    eligible: bool = True
    as_of: datetime | None = None
    awards: dict[str, Award] = field(default_factory=dict)  #: by milestone key, '' for the whole
