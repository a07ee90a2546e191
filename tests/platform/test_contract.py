"""A real LMS answers the contract."""

import pytest

pytest.importorskip(
    "lms.envs", reason="runs inside an openedx-platform checkout: see docs/how-tos/test-in-your-platform.md"
)

from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
from edx_toggles.toggles.testutils import override_waffle_switch
from openedx.core.djangolib.testing.utils import skip_unless_lms
from xmodule.modulestore.tests.django_utils import TEST_DATA_SPLIT_MODULESTORE, ModuleStoreTestCase

from .contract import Contract
from .school import PlatformSchool


@skip_unless_lms
class TestPlatformContract(Contract, ModuleStoreTestCase):
    """Every question of the contract."""

    MODULESTORE = TEST_DATA_SPLIT_MODULESTORE

    def setUp(self) -> None:
        super().setUp()
        switch = override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, True)
        switch.__enter__()
        self.addCleanup(switch.__exit__, None, None, None)
        self.school = PlatformSchool()
