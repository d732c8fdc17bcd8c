"""The standard encryption of Office files, with one password for all workbooks of an export.

What makes guessing slow, hashing a password 100,000 times, takes a tenth of a second. It is done once for
each salt: all files of an export have the same salt, and each a key of its own. Whoever guesses the
password of one file has that of all, so that a salt for each would make guessing no slower.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping
from hashlib import sha512
from struct import pack
from typing import Any

_SPINS = 100_000
_SALT, _KEY = 16, 32
_AGILE = "SHA512"  # of every file that Office 2013 or later, WPS, LibreOffice or this program locks


class Lock:
    """A password that is hashed once.

    Parameters
    ----------
    password
        Of all files that it seals and opens.
    """

    def __init__(self, password: str) -> None:
        self._password = password
        self._salt = secrets.token_bytes(_SALT)
        self._spun: dict[tuple[bytes, int], bytes] = {}

    def seal(self, clear: bytes) -> bytes:
        """Encrypt an Office file (AES-256, [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15)."""
        from msoffcrypto.method import ecma376_agile as agile
        from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted

        info = agile.ECMA376AgileEncryptionInfo()
        info.spinCount, info.encryptedKey.saltValue = _SPINS, self._salt
        info.keyData.saltValue = secrets.token_bytes(_SALT)
        secret, verifier = secrets.token_bytes(_KEY), secrets.token_bytes(_SALT)
        info.encryptedVerifierHashInput = self._encrypted(verifier, agile.blkKey_VerifierHashInput)
        info.encryptedVerifierHashValue = self._encrypted(
            sha512(verifier).digest(), agile.blkKey_encryptedVerifierHashValue
        )
        info.encryptedKeyValue = self._encrypted(secret, agile.blkKey_encryptedKeyValue)
        way = agile.ECMA376Agile
        data = way.encrypt_payload(io.BytesIO(clear), info.encryptedKey, secret, info.keyData.saltValue)
        out = io.BytesIO()
        ECMA376Encrypted(data, way.get_encryption_information(info, data, secret)).write_to(out)
        return out.getvalue()

    def open(self, office: Any) -> None:
        """Give an encrypted `msoffcrypto` file its key; decrypting finds out whether it is the right one."""
        info = office.info if getattr(office, "type", "") == "agile" else {}
        if info.get("passwordHashAlgorithm") == _AGILE and info["passwordKeyBits"] == 8 * _KEY:
            office.load_key(secret_key=self._secret(info))
        else:
            office.load_key(password=self._password)

    def _secret(self, info: Mapping[str, Any]) -> bytes:
        from msoffcrypto.method.ecma376_agile import blkKey_encryptedKeyValue

        salt = info["passwordSalt"]
        cipher = self._cipher(salt, info["spinValue"], blkKey_encryptedKeyValue).decryptor()
        return bytes(cipher.update(info["encryptedKeyValue"]) + cipher.finalize())

    def _encrypted(self, value: bytes, block: bytes) -> bytes:
        cipher = self._cipher(self._salt, _SPINS, block).encryptor()
        return bytes(cipher.update(value) + cipher.finalize())

    def _cipher(self, salt: bytes, spins: int, block: bytes) -> Any:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        key = sha512(self._hash(salt, spins) + block).digest()[:_KEY]
        return Cipher(algorithms.AES(key), modes.CBC(salt))

    def _hash(self, salt: bytes, spins: int) -> bytes:
        if (salt, spins) not in self._spun:
            spun = sha512(salt + self._password.encode("utf-16-le")).digest()
            for spin in range(spins):
                spun = sha512(pack("<I", spin) + spun).digest()
            self._spun[salt, spins] = spun
        return self._spun[salt, spins]
