"""The SDK's own transport, straight to this machine.

The SDK sends every call to the proxies of the environment, even for hosts that `no_proxy` names.
A gateway on loopback cannot be reached through them. Imported late: the SDK is slow to load.
"""

from typing import Any

import requests
from braintree.util.http import Http


class _NoProxies(dict[str, str]):
    def update(self, *args: Any, **kwargs: Any) -> None:
        """Takes no proxy from anyone."""


class DirectHttp(Http):
    """Sessions that neither read nor accept proxy settings."""

    def _get_session(self) -> requests.Session:
        session: requests.Session = super()._get_session()
        if not isinstance(session.proxies, _NoProxies):
            session.trust_env = False
            session.proxies = _NoProxies()
        return session
