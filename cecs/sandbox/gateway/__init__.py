"""A card gateway that speaks Braintree's server XML API, as far as the unmodified SDK needs it."""

from cecs.sandbox.gateway.clock import clock
from cecs.sandbox.gateway.control import control
from cecs.sandbox.gateway.faults import orders
from cecs.sandbox.gateway.routes import api

__all__ = ["api", "clock", "control", "orders"]
