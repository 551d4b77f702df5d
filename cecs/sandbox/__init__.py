"""The outside world's stand-ins for a machine of its own: a mailbox and a card gateway."""

from cecs.sandbox.app import create_sandbox
from cecs.sandbox.serving import running, serve
from cecs.sandbox.settings import SandboxSettings

__all__ = ["SandboxSettings", "create_sandbox", "running", "serve"]
