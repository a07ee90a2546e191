"""What a draft would look like to learners, before anybody could earn it."""

from uuid import uuid4

from microcred_plugin.criteria.binding import bind
from microcred_plugin.criteria.document import Definition
from microcred_plugin.criteria.needs import needs
from microcred_plugin.criteria.parse import parse
from microcred_plugin.data import MicrocredentialState, ProgressData
from microcred_plugin.definitions import drafts, offered
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.definitions.offered import Offered
from microcred_plugin.definitions.versions import Plan
from microcred_plugin.flows.describe import describe
from microcred_plugin.flows.gather import NOBODY
from microcred_plugin.flows.judge import judge
from microcred_plugin.flows.standing import Standing


def preview(row: Microcredential, run: str) -> ProgressData:
    """Describe the draft as it would be in a run for somebody who has done nothing. InvalidDefinition."""
    definition = parse(drafts.of(row).document)
    plan = plan_of(definition, row, run)
    item = Offered(row.slug, row.issuer.short_name, MicrocredentialState.PUBLISHED, plan)
    ((_, nobody),) = judge([NOBODY], [plan], untouched=True)
    return describe([item], {plan.key: Standing(nobody.verdict)}, offered.neighbours([item]))[0]


def plan_of(definition: Definition, row: Microcredential | None, run: str) -> Plan:
    """Return the plan of a definition that is not published: it is of no version, and perhaps not even saved."""
    bound = bind(definition, run)
    return Plan(
        version_id=0,
        num=0,
        run=run,
        microcredential_id=row.pk if row else 0,
        uuid=row.uuid if row else uuid4(),
        definition=bound,
        needs=needs(bound),
    )
