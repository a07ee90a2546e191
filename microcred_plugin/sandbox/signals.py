"""What the sandbox announces, as the platform does with its own signals; connected to our handlers in ``apps.py``."""

from django.dispatch import Signal

grade_changed = Signal()  # user_id: int, course_key: str, block_key: str
certificate_changed = Signal()  # user_id: int, course_key: str
enrolment_changed = Signal()  # user_id: int, course_key: str
course_published = Signal()  # course_key: str
user_retired = Signal()  # user: User, before the name is taken from it
