"""What is installed: the map of folders, the entry points, the dependencies and why each is there.

Two top-level folders are installed *inside* ``microcred_plugin`` so that site-packages gets one name
(docs/decisions/0001-one-package-from-three-folders.md). Tools are configured in pyproject.toml.
"""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
MAPPED = {"microcred_plugin.settings": "settings", "microcred_plugin.xblocks": "xblocks"}
# What the tests need, whichever release they run against.
TEST = [
    "babel>=2.14",
    "hypothesis>=6.120",
    "jsonschema>=4.23",
    "playwright>=1.48",
    "pytest>=8.3",
    "pytest-django>=4.9",
    "pytest-xdist>=3.6",
]


def version() -> str:
    """Read the version from the package without importing it."""
    found = re.search(r'__version__ = "([^"]+)"', (HERE / "microcred_plugin" / "__init__.py").read_text("utf-8"))
    assert found, "microcred_plugin/__init__.py names no __version__"
    return found[1]


def packages() -> list[str]:
    """Name every package, those of the mapped folders under their installed names."""
    found = find_packages(include=["microcred_plugin", "microcred_plugin.*"])
    for name, folder in MAPPED.items():
        found += [name, *(f"{name}.{inner}" for inner in find_packages(where=folder))]
    return found


setup(
    name="microcred-plugin",
    version=version(),
    description="Stackable microcredentials for Open edX: milestones, badges and progress inside courseware.",
    long_description=(HERE / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=packages(),
    package_dir={"microcred_plugin": "microcred_plugin", **MAPPED},
    package_data={
        "microcred_plugin": [
            "py.typed",
            "criteria/*.json",
            "locale/*/LC_MESSAGES/*.mo",
            "locale/*/LC_MESSAGES/*.po",
            "static/microcred_plugin/**/*",
            "web/studio/assets/*",
            "templates/microcred_plugin/**/*",
            "sandbox/templates/**/*",
            "sandbox/static/**/*",
            "sandbox/sample/**/*",
        ],
        "microcred_plugin.xblocks": ["*/public/**/*", "*/templates/**/*"],
    },
    # Lower bounds only, each satisfied by the pins of Teak, so that installing us moves nothing (requirements/).
    install_requires=[
        "Django>=4.2",  # the platform's framework
        "djangorestframework>=3.14",  # the REST API
        "celery>=5.4",  # tasks after the commit
        "XBlock>=5.1",  # the block in courseware
        "edx-opaque-keys[django]>=3.0",  # course and usage keys, and their columns
        "edx-django-utils>=7.4",  # the plugin mechanism
        "edx-toggles>=5.3",  # the switches that pause awarding and notifying; and the sandbox's completion switch
        "edx-drf-extensions>=10.5",  # JWT authentication of the REST API
        "edx-api-doc-tools>=2.0",  # OpenAPI description beside the platform's own
        "openedx-filters>=2.0",  # steps in the instructor dashboards
        "openedx-events>=10.2",  # BADGE_AWARDED and BADGE_REVOKED
        "edx-completion>=4.7",  # what learners have completed
        "attrs",  # the data classes of openedx-events
        "PyYAML>=6.0",  # definition documents in files
    ],
    extras_require={
        "sandbox": [
            "lxml>=5.3",  # reads OLX
            "event-tracking>=3.0",  # what edx-completion logs to
        ],
        "services": ["mysqlclient>=2.2", "psycopg[binary]>=3.1", "redis>=5"],  # to try it on real ones
        "test": TEST,
        "dev": [
            *TEST,
            "axe-playwright-python>=0.1",
            "build",
            "celery-types",
            "code-annotations>=2.0",
            "coverage[toml]>=7.6",
            "django-stubs>=5.1",
            "djangorestframework-stubs>=3.15",
            "import-linter>=2.1",
            "lxml-stubs",
            "mypy>=1.13",
            "ruff>=0.8",
            "tox>=4.23",
            "types-jsonschema",
            "types-PyYAML",
        ],
    },
    entry_points={
        "lms.djangoapp": ["microcred_plugin = microcred_plugin.apps:MicrocredConfig"],
        "cms.djangoapp": ["microcred_plugin = microcred_plugin.apps:MicrocredConfig"],
        "openedx.course_tab": ["microcredentials = microcred_plugin.surfaces.course_tab:MicrocredentialsTab"],
        "openedx.course_tool": ["microcredentials = microcred_plugin.surfaces.course_tool:MicrocredentialsTool"],
        "xblock.v1": ["microcredential = microcred_plugin.xblocks.microcredential.block:MicrocredentialXBlock"],
    },
    classifiers=[
        "Development Status :: 4 - Beta",
        "Framework :: Django :: 4.2",
        "Framework :: Django :: 5.2",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
    ],
)
