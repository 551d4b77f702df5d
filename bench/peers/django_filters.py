"""Words for the Django page, from tables that are read once."""

from functools import cache
from typing import Any

from django.template import Library

from bench.peers import django_orm

register = Library()


@cache
def _districts() -> dict[str, str]:
    return dict(django_orm.District.objects.values_list("key", "name"))


@cache
def _types() -> dict[str, str]:
    return dict(django_orm.CertificateType.objects.values_list("code", "title"))


@cache
def _endorsements() -> dict[str, str]:
    known = django_orm.Endorsement.objects.all()
    return {each.code: f"{each.code} {each.title}: {each.sentence}" for each in known}


@register.filter
def reported(educator: Any) -> str:
    """By which district, and for which year."""
    district = _districts().get(educator.district_code)
    if district is None:
        return "No district is reported"
    year = f" for {educator.school_year}" if educator.school_year else ""
    return f"Reported by {district}{year}"


@register.filter
def title_of_type(code: str) -> str:
    return _types()[code]


@register.filter
def endorsement(code: str) -> str:
    return _endorsements()[code]
