"""Passwords and tokens."""

import asyncio
import hashlib
import secrets
import time
from functools import lru_cache
from typing import Any

import bcrypt
import jwt
from jwt.types import Options

from standin import faults
from standin.settings import Settings

ACCESS_S = 24 * 3600
REFRESH_S = 30 * 24 * 3600
RESET_S = 3600
ALGORITHM = "HS256"
SIGNATURE_ONLY: Options = {"require": ["exp", "sub"], "verify_exp": False}


async def hash_password(password: str, rounds: int) -> str:
    """Hash in a thread: one hash takes tenths of a second."""
    return (await asyncio.to_thread(bcrypt.hashpw, _bytes(password), bcrypt.gensalt(rounds))).decode()


async def verify_password(password: str, hashed: str) -> bool:
    return await asyncio.to_thread(bcrypt.checkpw, _bytes(password), hashed.encode())


def _bytes(password: str) -> bytes:
    """The first 72 bytes, which are all that bcrypt uses."""
    return password.encode("utf-8", "surrogatepass")[:72]


class TokenSigner:
    """Signs and reads JSON Web Tokens."""

    def __init__(self, settings: Settings) -> None:
        self.key = settings.secret_key.get_secret_value()
        self._signed = lru_cache(maxsize=8192)(self._verified)
        self.rounds = settings.standin_bcrypt_rounds
        self.unknown_password = lru_cache(maxsize=1)(self._hash_of_nothing)

    def _hash_of_nothing(self) -> str:
        """A hash for the password check of unknown names, so that the answer takes as long as for known ones."""
        return bcrypt.hashpw(secrets.token_hex(16).encode(), bcrypt.gensalt(self.rounds)).decode()

    def access(self, user_id: int, session_id: int) -> str:
        return self._sign({"sub": str(user_id), "sid": session_id}, ACCESS_S)

    def refresh(self, user_id: int, session_id: int, refresh_id: str) -> str:
        return self._sign({"sub": str(user_id), "sid": session_id, "jti": refresh_id, "type": "refresh"}, REFRESH_S)

    def reset(self, user_id: int, password_hash: str) -> str:
        """A token for a password reset; it is valid until the password changes."""
        return self._sign({"sub": str(user_id), "jti": fingerprint(password_hash), "type": "reset"}, RESET_S)

    def _sign(self, claims: dict[str, Any], lifetime_s: int) -> str:
        now = int(time.time())
        if faults.active("tokens-last-for-years"):
            lifetime_s *= 365
        return jwt.encode({**claims, "iat": now, "exp": now + lifetime_s}, self.key, ALGORITHM)

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of a token; None if it is forged, expired or malformed."""
        if faults.active("garbage-token-accepted"):
            return {"sub": "1"}
        claims = self._claims(token)
        if claims is None or (claims["exp"] <= time.time() and not faults.active("expired-token-accepted")):
            return None
        return claims

    def _claims(self, token: str) -> dict[str, Any] | None:
        if faults.active("signature-not-checked"):
            return _unverified(token)
        if faults.active("unsigned-token-accepted") and token.endswith("."):
            return _unverified(token)
        return self._signed(token)

    def _verified(self, token: str) -> dict[str, Any] | None:
        """The claims of a token signed with this key, expired or not; cached, because each request needs them twice."""
        try:
            claims: dict[str, Any] = jwt.decode(token, self.key, [ALGORITHM], options=SIGNATURE_ONLY)
        except (jwt.PyJWTError, ValueError):
            return None
        return claims if _well_formed(claims) else None

    def read_access(self, token: str) -> dict[str, Any] | None:
        claims = self.read(token)
        kind = claims.get("type") if claims else None
        if kind == "refresh" and not faults.active("refresh-token-as-access-token"):
            return None
        if kind == "reset" and not faults.active("reset-token-as-access-token"):
            return None
        return claims

    def read_refresh(self, token: str) -> dict[str, Any] | None:
        claims = self.read(token)
        return claims if claims and claims.get("type") == "refresh" else None

    def read_reset(self, token: str) -> dict[str, Any] | None:
        claims = self.read(token)
        return claims if claims and claims.get("type") == "reset" else None


def fingerprint(password_hash: str) -> str:
    """A value that changes with the password and reveals nothing about it."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def _unverified(token: str) -> dict[str, Any] | None:
    """The claims of a token, without a check of its signature."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError):
        return None
    return claims if _well_formed(claims) else None


def _well_formed(claims: dict[str, Any]) -> bool:
    return str(claims.get("sub")).isdigit() and isinstance(claims.get("exp"), int)
