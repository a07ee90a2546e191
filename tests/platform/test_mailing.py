"""Mail by a real LMS: in whose language, from whom, and who does not want it; what edx-ace keeps to itself is heard."""

from typing import Any
from unittest import mock

import pytest

pytest.importorskip(
    "lms.envs", reason="runs inside an openedx-platform checkout: see docs/how-tos/test-in-your-platform.md"
)

from smtplib import SMTPServerDisconnected

from django.contrib.auth import get_user_model
from django.core import mail
from edx_ace.signals import ACE_MESSAGE_SENT
from lms.djangoapps.bulk_email.models import Optout
from openedx.core.djangoapps.lang_pref import LANGUAGE_KEY
from openedx.core.djangoapps.site_configuration.tests.factories import SiteConfigurationFactory, SiteFactory
from openedx.core.djangoapps.user_api.preferences.api import set_user_preference
from openedx.core.djangolib.testing.utils import skip_unless_lms
from xmodule.modulestore.tests.django_utils import TEST_DATA_SPLIT_MODULESTORE, ModuleStoreTestCase

from microcred_plugin.compat.port import Letter
from microcred_plugin.errors import NotSent

from .school import PlatformSchool


@skip_unless_lms
class TestMailing(ModuleStoreTestCase):
    """One learner and one letter."""

    MODULESTORE = TEST_DATA_SPLIT_MODULESTORE

    def setUp(self) -> None:
        super().setUp()
        self.school = PlatformSchool()
        self.ada = get_user_model().objects.get(pk=self.school.learner("ada"))

    def mail(self) -> bool:
        letter = Letter(
            name="awardgranted",
            course_key=self.school.run,
            path="/microcredentials/courses/x/",
            context={"title": "Basics", "title_language": "en", "issuer": "Org", "is_milestone": False},
        )
        return self.school.platform.mail(self.ada.pk, letter)

    def test_it_is_in_the_language_that_the_learner_chose_and_reads_in_its_direction(self) -> None:
        set_user_preference(self.ada, LANGUAGE_KEY, "ar")
        assert self.mail()
        html = mail.outbox[0].alternatives[0][0]
        assert 'lang="ar" dir="rtl"' in html

    def test_it_is_sent_by_the_site_of_the_courses_organisation(self) -> None:
        site = SiteFactory.create(domain="org.example.org")
        values = {
            "course_org_filter": ["Org"],
            "email_from_address": "badges@org.example.org",
            "LMS_ROOT_URL": "https://org.example.org",
            "platform_name": "The school of Org",
        }
        assert self.mail()
        SiteConfigurationFactory.create(site=site, site_values=values)
        assert self.mail()
        before, after = mail.outbox
        assert "badges@org.example.org" not in before.from_email
        assert "badges@org.example.org" in after.from_email
        for text in (after.body, after.alternatives[0][0]):
            assert "https://org.example.org/microcredentials/courses/x/" in text
            assert "The school of Org" in text

    def test_who_opted_out_of_the_courses_mails_gets_none(self) -> None:
        Optout.objects.create(user=self.ada, course_id=self.school.course.id)
        assert not self.mail()
        assert mail.outbox == []

    def test_what_edx_ace_only_logs_is_raised(self) -> None:
        sending = mock.patch.object(mail.EmailMultiAlternatives, "send", side_effect=SMTPServerDisconnected)
        with sending, pytest.raises(NotSent):
            self.mail()

    def test_a_receiver_that_fails_when_the_mail_is_out_does_not_have_it_sent_again(self) -> None:
        def fail(**kwargs: Any) -> None:
            raise ConnectionError

        ACE_MESSAGE_SENT.connect(fail)
        self.addCleanup(ACE_MESSAGE_SENT.disconnect, fail)
        assert self.mail()
        assert len(mail.outbox) == 1
