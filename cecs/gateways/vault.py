"""Sealing of what must not lie in clear: social security numbers, secrets in waiting mail."""

import hashlib
import hmac
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass(frozen=True, slots=True)
class Vault:
    """AES-256-GCM for reading back, HMAC-SHA256 for finding; the two keys are apart."""

    seal_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """Names the key without telling it, so that keys can be changed one day."""
        return hashlib.sha256(b"id" + self.seal_key).hexdigest()[:8]

    def seal(self, clear: str, place: str) -> bytes:
        """Seals text to one place ("educator_ssn/7"); it opens nowhere else."""
        nonce = os.urandom(12)
        return nonce + AESGCM(self.seal_key).encrypt(nonce, clear.encode(), place.encode())

    def unseal(self, sealed: bytes, place: str) -> str:
        """The text sealed to this place. Raises cryptography's InvalidTag for any other."""
        return AESGCM(self.seal_key).decrypt(sealed[:12], sealed[12:], place.encode()).decode()

    def blind_index(self, purpose: str, clear: str) -> str:
        """A keyed digest by which an exact value can be found without being stored."""
        text = f"{purpose}:{clear}".encode()
        return hmac.digest(self.index_key, text, "sha256").hex()
