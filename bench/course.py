"""The course that is measured with: sections, subsections, units and leaves, in the sandbox's rows."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from hashlib import md5

from bench.sizes import LEAVES_IN_UNIT, SUBSECTIONS_IN_SECTION, UNITS_IN_SUBSECTION, Size
from microcred_plugin.sandbox.models import SandboxBlock, SandboxCourse

RUN = "course-v1:BenchX+B101+2024"
#: A run in which nothing can be earned.
SILENT_RUN = "course-v1:BenchX+B102+2024"
_TYPES = ("html", "problem", "video")


class Course:
    """Knows the keys of the course's blocks; ``write`` stores them."""

    def __init__(self, size: Size, run: str = RUN) -> None:
        self.run = run
        self.size = size

    def key(self, kind: str, number: int) -> str:
        """Return the usage key of the nth block of a kind, with an id as long as the platform's."""
        name = md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest()
        return f"{self.run.replace('course-v1', 'block-v1', 1)}+type@{kind}+block@{name}"

    @cached_property
    def leaves(self) -> Sequence[str]:
        """The leaves in reading order."""
        return [self.key(_TYPES[number % len(_TYPES)], number) for number in range(self.size.leaves)]

    @cached_property
    def units(self) -> Sequence[str]:
        """The units in reading order."""
        return [self.key("vertical", number) for number in range(-(-self.size.leaves // LEAVES_IN_UNIT))]

    @cached_property
    def subsections(self) -> Sequence[str]:
        """The subsections in reading order."""
        return [self.key("sequential", number) for number in range(-(-len(self.units) // UNITS_IN_SUBSECTION))]

    @cached_property
    def sections(self) -> Sequence[str]:
        """The sections in reading order."""
        return [self.key("chapter", number) for number in range(-(-len(self.subsections) // SUBSECTIONS_IN_SECTION))]

    def write(self) -> None:
        """Store the course."""
        row = SandboxCourse.objects.create(key=self.run, title="Measured course", org="BenchX")
        blocks = [
            SandboxBlock(
                course=row,
                key=key,
                type=key.partition("+type@")[2].partition("+")[0],
                title=f"Block {position}",
                parent_key=parent,
                position=position,
                fields={"max_score": "1", "graded": True} if "+type@problem+" in key else {},
            )
            for position, (key, parent) in enumerate(self._blocks())
        ]
        SandboxBlock.objects.bulk_create(blocks, batch_size=500)

    def _blocks(self) -> Iterator[tuple[str, str]]:
        """Yield keys and parents, level by level: only the order among siblings matters."""
        root = self.key("course", 0)
        yield root, ""
        yield from ((key, root) for key in self.sections)
        for below, above, each in (
            (self.subsections, self.sections, SUBSECTIONS_IN_SECTION),
            (self.units, self.subsections, UNITS_IN_SUBSECTION),
            (self.leaves, self.units, LEAVES_IN_UNIT),
        ):
            yield from ((key, above[number // each]) for number, key in enumerate(below))
