"""The sandbox's Celery application, in place of the platform's: configured by Django's settings, eager by default."""

from celery import Celery

app = Celery("microcred_sandbox")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
