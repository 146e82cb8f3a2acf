"""The public key with which z/OSMF signs its tokens, as it shows it to everybody.

Source: api-layer, ``SaveZosmfPublicKeyConsoleApplication``: GET ``/jwt/ibm/api/zOSMFBuilder/jwk``, a JSON Web Key Set
(RFC 7517) of which the first key counts; 404 where z/OSMF makes no tokens.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from ..errors import Damaged, SourceMissing
from ..model import CertificateFacts

__all__ = ["PATH", "fetched_token_key"]

PATH = "/jwt/ibm/api/zOSMFBuilder/jwk"
_MOST = 1 << 16  # a set of a few keys takes some hundred bytes
_NOT_FOUND, _OK = 404, 200


def fetched_token_key(
    host: str, port: int, trusted: Sequence[CertificateFacts], *, seconds: float = 10.0
) -> bytes | None:
    """The key as SubjectPublicKeyInfo in DER, or None where z/OSMF has none.

    The connection is proved by the certificates that are trusted anyway; no name is asked for.

    Args:
        trusted: the certificates that z/OSMF's has to lead to, or be.
        seconds: how long each answer may take.

    Raises:
        SourceMissing: it does not answer, or its certificate is refused.
        Damaged: what it answers is no key.
    """
    import http.client
    import ssl

    name = f"https://{host}:{port}{PATH}"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # up to 1.20 the script looks at no name
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the script trusts the server's own certificate too
    for facts in trusted:
        context.load_verify_locations(cadata=facts.der)
    connection = http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
    try:
        connection.request("GET", PATH, headers={"Accept": "application/json", "X-CSRF-ZOSMF-HEADER": ""})
        answer = connection.getresponse()
        body = answer.read(_MOST + 1)
    except (OSError, http.client.HTTPException) as error:
        msg = f"{name} cannot be read: {getattr(error, 'verify_message', '') or error}"
        raise SourceMissing(msg) from None
    finally:
        connection.close()
    if answer.status == _NOT_FOUND:
        return None
    if answer.status != _OK or len(body) > _MOST:
        msg = f"{name} cannot be read: it answers {answer.status} with {len(body):,} bytes"
        raise SourceMissing(msg)
    try:
        return _first_key(json.loads(body))
    except (ValueError, KeyError, TypeError, IndexError, binascii.Error, RecursionError):
        msg = f"{name} holds no key that could be read: a JSON Web Key Set with an RSA key was expected"
        raise Damaged(msg) from None


def _first_key(keys: Any) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    first = keys["keys"][0]
    if first["kty"] != "RSA":
        raise ValueError(first["kty"])
    numbers = RSAPublicNumbers(_number(first["e"]), _number(first["n"]))
    return numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _number(text: str) -> int:
    """Base64 of the web without padding (RFC 7515, section 2)."""
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
