"""How much data is measured with."""

from dataclasses import dataclass, replace

#: One leaf in ten is skipped, as learners do, so that units are also half done.
SKIPPED_ONE_IN = 10
LEAVES_IN_UNIT = 4
UNITS_IN_SUBSECTION = 5
SUBSECTIONS_IN_SECTION = 5


@dataclass(frozen=True, slots=True)
class Size:
    """So many microcredentials over one course, and what its learners have completed."""

    microcredentials: int
    leaves: int
    learners: int
    rows: int  #: of BlockCompletion

    @property
    def rows_each(self) -> int:
        """How many leaves a learner has completed, on average."""
        return max(self.rows // self.learners, 1)

    @property
    def reach(self) -> int:
        """How many leaves into the course the learner is who is furthest; the others are anywhere before."""
        return min(2 * self.rows_each * SKIPPED_ONE_IN // (SKIPPED_ONE_IN - 1), self.leaves)

    def with_rows(self, rows: int) -> "Size":
        """Scale the learners so that there are so many rows, each learner with as many as before."""
        return replace(self, learners=max(rows // self.rows_each, 100), rows=rows)


SIZES = {
    "full": Size(microcredentials=200, leaves=2_000, learners=20_000, rows=2_000_000),
    "small": Size(microcredentials=40, leaves=400, learners=1_000, rows=50_000),
}
