"""Answers the plugin's questions in an LMS or a Studio; what each answer rests on is in the module it comes from."""

from microcred_plugin.compat.edxapp import (
    addresses,
    authoring,
    courses,
    enrolments,
    grades,
    hearing,
    mail,
    outline,
    roles,
    site,
    tracking,
    visibility,
)


class EdxPlatform:
    """Answers ``compat.port.Platform``."""

    course = staticmethod(courses.course)
    published_versions = staticmethod(courses.published_versions)
    published_outline = staticmethod(outline.published_outline)
    learners = staticmethod(enrolments.learners)
    count_learners = staticmethod(enrolments.count_learners)
    enrolments = staticmethod(enrolments.enrolments)
    visible_blocks = staticmethod(visibility.visible_blocks)
    subsection_grades = staticmethod(grades.subsection_grades)
    course_grades = staticmethod(grades.course_grades)
    certificates = staticmethod(grades.certificates)
    is_course_staff = staticmethod(roles.is_course_staff)
    can_author = staticmethod(roles.can_author)
    effective_user_id = staticmethod(roles.effective_user_id)
    block_urls = staticmethod(addresses.blocks)
    lms_url = staticmethod(addresses.lms)
    studio_url = staticmethod(addresses.studio)
    studio_course_url = staticmethod(addresses.studio_course)
    studio_unit_url = staticmethod(authoring.studio_unit_url)
    block_is_allowed = staticmethod(authoring.block_is_allowed)
    allow_block = staticmethod(authoring.allow_block)
    base_template = staticmethod(site.base_template)
    track = staticmethod(tracking.track)
    mail = staticmethod(mail.mail)
    connect = staticmethod(hearing.connect)
    completion_is_tracked = staticmethod(site.completion_is_tracked)
