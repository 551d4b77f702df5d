"""What the sandbox is told at its start."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cecs.domain.cards import Brand


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Where the sandbox keeps its state, and which application it serves.

    `app_origins` are scheme, host and port, such as `http://127.0.0.1:5000`: the only pages that
    may frame the card form. A nonce is handed back only to an address at one of them whose path
    begins with `return_path`. The keys guard nothing of worth, so they may be known. News of
    disputes goes to `webhook_url`, unless that is empty.
    """

    state_folder: Path
    app_origins: tuple[str, ...]
    return_path: str = "/payments/"
    accepted: tuple[Brand, ...] = (Brand.VISA, Brand.MASTERCARD)
    merchant_id: str = "sandbox"
    public_key: str = "sandbox_public_key"
    private_key: str = "sandbox_private_key"
    webhook_url: str = ""

    def may_return_to(self, address: str) -> bool:
        """Whether a nonce may be sent to that address. What cannot be read is refused."""
        if any(c in address for c in "\\\r\n\t #%") or ".." in address:
            return False
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        origin = f"{parts.scheme}://{parts.netloc}"
        return origin in self.app_origins and parts.path.startswith(self.return_path)
