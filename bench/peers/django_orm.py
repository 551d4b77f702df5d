"""Django as one would write it: models, prefetched rows, a template, filters; and a hello.

It sets the page that ours is, word for word. To its advantage: no middleware, no translations,
lists of choices that are written once, and no budgets, forgiveness or log.
"""

import os
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join

HERE = os.path.dirname(__file__)
AT_MOST = 20
REPLACED = ("renewed", "superseded")

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DATABASE"],
                    "CONN_MAX_AGE": None}
    },
    ROOT_URLCONF=__name__,
    USE_I18N=False,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [os.path.join(HERE, "templates")],
                "OPTIONS": {"libraries": {"peers": "bench.peers.django_filters"}}}],
    SECRET_KEY="bench",
    TIME_ZONE=os.environ["PEER_ZONE"],
)  # fmt: skip
django.setup()


class Words(models.Model):
    """What the office calls things."""

    name, words = models.TextField(primary_key=True), models.TextField()

    class Meta:
        app_label, db_table, managed = "peers", "office", False


class District(models.Model):
    key, name = models.TextField(primary_key=True), models.TextField()

    class Meta:
        app_label, db_table, managed = "peers", "district", False


class CertificateType(models.Model):
    code, title = models.TextField(primary_key=True), models.TextField()

    class Meta:
        app_label, db_table, managed = "peers", "certificate_type", False


class Endorsement(models.Model):
    code, title = models.TextField(primary_key=True), models.TextField()
    sentence = models.TextField()

    class Meta:
        app_label, db_table, managed = "peers", "endorsement", False


class Educator(models.Model):
    public_id = models.TextField()
    first_name, last_name = models.TextField(), models.TextField()
    first_key, last_key = models.TextField(), models.TextField()
    district_code = models.TextField(null=True)
    school_year = models.TextField(null=True)

    class Meta:
        app_label, db_table, managed = "peers", "educator", False

    @cached_property
    def counting(self) -> list["Certificate"]:
        """The certificates whose place no newer one has taken; all where none is left."""
        counting = [each for each in self.certificates if each.standing.code not in REPLACED]
        return counting or self.certificates

    @property
    def earlier(self) -> int:
        return len(self.certificates) - len(self.counting)


class Certificate(models.Model):
    educator = models.ForeignKey(Educator, models.CASCADE, related_name="held")
    type_code, state, verify = models.TextField(), models.TextField(), models.TextField()
    issued_on, valid_from, expires_on = models.DateField(), models.DateField(), models.DateField()
    renewal_filed = models.DateField(null=True)

    class Meta:
        app_label, db_table, managed = "peers", "certificate", False

    @cached_property
    def standing(self) -> SimpleNamespace:
        """Where it stands today: code, kind for the eye, words, and what they mean."""
        return standing(self, timezone.localdate())


class Endorsed(models.Model):
    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="endorsed")
    code = models.TextField()

    class Meta:
        app_label, db_table, managed = "peers", "certificate_endorsement", False


# For each code: the kind for the eye, the words, what may follow them after a day, what they mean.
STANDS = {
    "active": ("good", "Active", "", "The holder may serve under this certificate."),
    "active_renewed": (
        "good", "Active", "",
        "The holder may serve under this certificate. It is renewed already.",
    ),
    "future": ("waiting", "Begins", "", "This certificate is issued and not yet in force."),
    "expired": (
        "over", "Expired", "",
        "The last day of this certificate is over, and no renewal is under review.",
    ),
    "expired_renewal_filed": (
        "waiting", "Expired", "; renewal filed before expiry, under review",
        "The holder applied in time, and the bureau has not decided yet.",
    ),
    "expired_filed_late": (
        "attention", "Expired", "; application filed after expiry, under review",
        "The holder applied after the last day, and the bureau has not decided yet.",
    ),
    "superseded": (
        "over", "Replaced", "", "A newer certificate has taken the place of this one.",
    ),
    "renewed": (
        "over", "Renewed", "", "This certificate was renewed. A newer one has taken its place.",
    ),
    "suspended": (
        "attention", "Suspended", "", "The holder may not serve under this certificate for now.",
    ),
    "revoked": (
        "attention", "Revoked", "",
        "The state took this certificate back. The holder may not serve under it.",
    ),
    "surrendered": (
        "over", "Surrendered", "",
        "The holder gave this certificate up and may not serve under it.",
    ),
    "voided": ("over", "Void", "", "This certificate was issued in error and does not count."),
}  # fmt: skip


def standing(held: Certificate, today: date) -> SimpleNamespace:
    """As cecs/domain/certificates.py has it."""
    code, day = _code(held, today)
    kind, words, more, explained = STANDS[code]
    return SimpleNamespace(
        code=code, kind=kind, words=words, day=day, more=more, explained=explained
    )


def _code(held: Certificate, today: date) -> tuple[str, date | None]:
    lasts = today <= held.expires_on
    if held.state == "renewed" and lasts:
        return "active_renewed", None
    if held.state != "active":
        return held.state, None
    if today < held.valid_from:
        return "future", held.valid_from
    if lasts:
        return "active", None
    if held.renewal_filed is None:
        return "expired", held.expires_on
    in_time = held.renewal_filed <= held.expires_on
    return ("expired_renewal_filed" if in_time else "expired_filed_late"), held.expires_on


def _options(pairs: Any) -> str:
    return format_html_join("", '<option value="{}">{}</option>', pairs)


ONCE = {
    "office": dict(Words.objects.values_list("name", "words")),
    "districts": _options(District.objects.order_by("name").values_list("key", "name")),
    "endorsements": _options(
        (each.code, f"{each.title} ({each.code})")
        for each in Endorsement.objects.order_by("title", "code")
    ),
}


# In lists, so that nothing is asked of a manager again while the page is set.
ENDORSEMENTS = Prefetch("endorsed", Endorsed.objects.order_by("code"), "endorsements")
CERTIFICATES = Prefetch(
    "held",
    Certificate.objects.order_by("-expires_on", "id").prefetch_related(ENDORSEMENTS),
    "certificates",
)


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello")


def lookup(request: HttpRequest) -> HttpResponse:
    last = request.GET.get("last_name", "").strip()
    key = last.casefold()
    some = Educator.objects.filter(last_key__gte=key, last_key__lt=f"{key}\uffff")
    some = some.order_by("last_key", "first_key", "public_id").prefetch_related(CERTIFICATES)
    found = list(some[: AT_MOST + 1])
    shown = found[:AT_MOST]
    told = {
        "found": shown,
        "count": f"{len(shown)} educator{'s'[: len(shown) != 1]} found",
        "more": len(found) > AT_MOST,
        "after": shown[-1].public_id if shown else "",
        "last_name": last,
        "now": timezone.now(),
    }
    return render(request, "search.html", ONCE | told)


urlpatterns = [path("", hello), path("lookup", lookup)]
app = get_wsgi_application()
