"""The words, patterns and bounds of a definition document; ``schema.json`` says the same, and a test compares them."""

import re

MAX_PROBLEMS = 100  #: further ones say nothing new, and a hostile document must not make a hostile report
MAX_DEPTH = 8  #: of groups within groups
MAX_REQUIREMENTS = 500  #: in one document, groups counted too
MAX_MILESTONES = 100
MAX_ITEMS = 50  #: in lists of modes, outcomes, skills
MAX_KEY = 255  #: of a block or course key, as the platform stores them

#: Open Badges 3.0, AchievementType.
ACHIEVEMENT_TYPES = (
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge",
    "BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency",
    "Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment",
    "JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate",
    "QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate",
    "SecondarySchoolDiploma",
)  # fmt: skip

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: The characters that opaque keys allow in an organisation.
ORGANISATION = re.compile(r"[\w.~:-]+")
LANGUAGE = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
EXTENSION_TYPE = re.compile(r"ext:[A-Za-z0-9._|-]+")
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
FILE = re.compile(r"(?!.*\.\.)\w[\w .()/+-]*\.(png|svg)")
MODE = re.compile(r"[a-z0-9_-]+")
URI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
NAME = re.compile(r"[\w.~:-]+/[a-z0-9]+(-[a-z0-9]+)*")
UUID_TEXT = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")
#: A fraction above 0, up to 1.
MINIMUM = re.compile(r"0\.(?!0+$)[0-9]{1,4}|1(\.0{1,4})?")
#: 1 … 100.
PERCENT = re.compile(r"[1-9][0-9]?(\.[0-9]{1,4})?|100(\.0{1,4})?")
#: Hours and credit points: above 0.
AMOUNT = re.compile(r"(?!0+(\.0+)?$)(0|[1-9][0-9]{0,4})(\.[0-9]{1,4})?")
RELATIVE_BLOCK = re.compile(r"[\w~.:-]+@[\w~.:-]+")
ABSOLUTE_BLOCK = re.compile(r"(block-v1|ccx-block-v1):[\w+@~.:-]+")
ABSOLUTE_COURSE = re.compile(r"(course-v1|ccx-v1):[\w+@~.:-]+")
#: Neither controls, nor half surrogate pairs, nor what turns the direction of the text that follows.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]")
LINE_BREAK = re.compile("[\t\n\r]")

SHAPES = ("hexagon", "circle", "shield", "square", "star")
REGRESSIONS = ("keep", "hold", "revoke")
ASSESSMENTS = ("none", "ungraded", "graded", "proctored")
PARTICIPATIONS = ("online", "onsite", "blended")
SUPERVISIONS = ("none", "remote", "onsite")
GROUPS = ("all", "any", "at_least")
CONDITIONS = (
    "completion",
    "subsection_grade",
    "course_grade",
    "course_passed",
    "certificate",
    "microcredential",
    "manual",
)
