"""Django as one would write it: its ORM over the registry's tables, its templates, and a hello."""

import os
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

PAGE = """<!doctype html><html lang="en"><head><title>Look up an educator</title></head><body>
<form><label>Last name <input name="last" value="{{ last }}"></label><button>Look up</button></form>
{% for educator in found %}<article><h3>{{ educator.first_name }} {{ educator.last_name }}</h3>
<p>{{ educator.district_code|default:"No district" }} {{ educator.school_year|default:"" }}</p>
{% for held in educator.held.all %}<section><h4>{{ held.type_code }}</h4><p>{{ held.state }}</p>
<dl><dt>Endorsements</dt><dd>{% for each in held.endorsed.all %}{{ each.code }} {% endfor %}</dd>
<dt>Issued</dt><dd>{{ held.issued_on|date:"F j, Y" }}</dd>
<dt>Expires</dt><dd>{{ held.expires_on|date:"F j, Y" }}</dd></dl></section>{% endfor %}
</article>{% endfor %}</body></html>"""

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DATABASE"],
                    "CONN_MAX_AGE": None}
    },
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    SECRET_KEY="bench",
)  # fmt: skip
django.setup()


class Educator(models.Model):
    first_name, last_name = models.TextField(), models.TextField()
    first_key, last_key = models.TextField(), models.TextField()
    state, district_code = models.TextField(), models.TextField(null=True)
    school_year = models.TextField(null=True)

    class Meta:
        app_label, db_table, managed = "peers", "educator", False


class Certificate(models.Model):
    educator = models.ForeignKey(Educator, models.CASCADE, related_name="held")
    type_code, state = models.TextField(), models.TextField()
    issued_on, expires_on = models.DateField(), models.DateField()

    class Meta:
        app_label, db_table, managed = "peers", "certificate", False


class Endorsement(models.Model):
    certificate = models.ForeignKey(
        Certificate, models.CASCADE, related_name="endorsed", primary_key=True
    )
    code = models.TextField()

    class Meta:
        app_label, db_table, managed = "peers", "certificate_endorsement", False


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello")


def search(request: HttpRequest) -> HttpResponse:
    last = request.GET.get("last", "")
    found = Educator.objects.filter(
        state="active", last_key__gte=last, last_key__lt=f"{last}\uffff"
    )
    found = found.order_by("last_key", "first_key", "id").prefetch_related("held__endorsed")[:25]
    return HttpResponse(_page().render({"last": last, "found": found}, request))


@cache
def _page() -> Any:
    return engines["django"].from_string(PAGE)


urlpatterns = [path("", hello), path("search", search)]
app = get_wsgi_application()
