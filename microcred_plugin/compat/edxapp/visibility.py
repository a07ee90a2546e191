"""Who sees which restricted block: content groups, cohorts, enrolment tracks, teams (xmodule/partitions).

Staff are judged like the learners of their groups: who sees everything would otherwise have to complete everything.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from opaque_keys.edx.keys import CourseKey

from microcred_plugin.compat.edxapp.enrolments import enrolments
from microcred_plugin.compat.edxapp.keys import course_key, usage_key
from microcred_plugin.compat.edxapp.outline import group_access, whole

_Access = Mapping[int, Collection[int]]
_GroupOf = Callable[[int], int | None]


def visible_blocks(user_ids: Collection[int], course: str, blocks: Collection[str]) -> Mapping[int, frozenset[str]]:
    """Say which of these blocks each learner's groups let them see; the learners cost the same queries together.

    Partitions that only the platform's own code can look up (teams, experiments) cost some more for each learner.
    """
    key = course_key(course)
    if key is None or not user_ids:
        return {user_id: frozenset() for user_id in user_ids}
    access, partitions = _asked(key, blocks)
    needed = {partition for one in access.values() for partition in one}
    groups = {partition.id: _group_of(partition, key, user_ids) for partition in partitions if partition.id in needed}
    return {
        user_id: frozenset(block for block, one in access.items() if _sees(user_id, one, groups))
        for user_id in user_ids
    }


def _asked(course: CourseKey, blocks: Collection[str]) -> tuple[dict[str, _Access], list[Any]]:
    """Read the groups that see each block, and the course's partitions, from the published branch."""
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.django import modulestore
    from xmodule.modulestore.exceptions import ItemNotFoundError
    from xmodule.partitions.partitions_service import get_all_partitions_for_course

    store = modulestore()
    access: dict[str, _Access] = {}
    with store.branch_setting(ModuleStoreEnum.Branch.published_only, course), store.bulk_operations(course):
        root = whole(store.get_course(course, depth=0))
        if root is None:
            return {}, []
        for block, found in ((block, usage_key(block)) for block in blocks):
            if found is None:
                continue
            try:
                access[block] = group_access(whole(store.get_item(found), found))
            except ItemNotFoundError:  # it was deleted since the outline was read
                continue
        return access, get_all_partitions_for_course(root, active_only=True)


def _sees(user_id: int, access: _Access, groups: Mapping[int, _GroupOf]) -> bool:
    """Say whether a learner is in a group that sees the block, in every partition that is active."""
    return all(groups[partition](user_id) in allowed for partition, allowed in access.items() if partition in groups)


def _group_of(partition: Any, course: CourseKey, user_ids: Collection[int]) -> _GroupOf:
    """Return the function from a learner to their group in a partition; asking puts nobody into a group."""
    found = _READERS.get(partition.scheme.name, _groups_by_scheme)(partition, course, user_ids)
    return found.get


def _cohort_groups(partition: Any, course: CourseKey, user_ids: Collection[int]) -> dict[int, int]:
    """Read the groups of cohorts; the platform's own function would assign who has no cohort yet to one."""
    from openedx.core.djangoapps.course_groups.models import CohortMembership, CourseUserGroupPartitionGroup

    linked = CourseUserGroupPartitionGroup.objects.filter(
        course_user_group__course_id=course, partition_id=partition.id
    )
    group_of = dict(linked.values_list("course_user_group_id", "group_id"))
    members = CohortMembership.objects.filter(course_id=course, user_id__in=user_ids, course_user_group__in=group_of)
    return {user_id: group_of[cohort] for user_id, cohort in members.values_list("user_id", "course_user_group_id")}


def _track_groups(partition: Any, course: CourseKey, user_ids: Collection[int]) -> dict[int, int]:
    """Read the groups of enrolment modes; who takes a course for credit sees what verified learners see."""
    from common.djangoapps.course_modes.models import CourseMode
    from django.conf import settings

    ids = {mode: group["id"] for mode, group in getattr(settings, "COURSE_ENROLLMENT_MODES").items()}  # noqa: B009
    default = CourseMode.DEFAULT_MODE.slug
    groups = {}
    for (user_id, _), mode in enrolments(user_ids, [str(course)]).items():
        shown = CourseMode.VERIFIED if mode in CourseMode.CREDIT_MODES else mode
        groups[user_id] = ids[shown if shown in ids else default]
    return groups


def _groups_by_scheme(partition: Any, course: CourseKey, user_ids: Collection[int]) -> dict[int, int]:
    """Ask the partition's scheme, learner by learner."""
    from django.contrib.auth import get_user_model

    # Only the random scheme would assign; only it and those that never do take the argument.
    options = {"assign": False} if partition.scheme.name == "random" else {}
    users = get_user_model().objects.filter(pk__in=user_ids)
    found = {user.pk: partition.scheme.get_group_for_user(course, user, partition, **options) for user in users}
    return {user_id: group.id for user_id, group in found.items() if group is not None}


_READERS: Mapping[str, Callable[[Any, CourseKey, Collection[int]], dict[int, int]]] = {
    "cohort": _cohort_groups,
    "enrollment_track": _track_groups,
}
