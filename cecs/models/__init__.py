"""The tables. Importing this package knows them all."""

from cecs.models import accounts, applications, educators, office, payments, widgets

__all__ = ["accounts", "applications", "educators", "office", "payments", "widgets"]
