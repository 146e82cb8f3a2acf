"""An EC key is read also where a zero stands before its number, as GnuTLS 3.7 writes half of its keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.stores import bags
from zowe_certs_kernel.errors import Damaged
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.private_key import load_key

KEY = ec.derive_private_key((0xC5 << 248) + 1, ec.SECP256R1())  # its first bit is set, so that an INTEGER needs a zero
NUMBER = KEY.private_numbers().private_value.to_bytes(32, "big")
CURVE = der.object_identifier("1.2.840.10045.3.1.7")


def of_rfc_5915(number: bytes) -> bytes:
    """An ECPrivateKey with its curve and without its public key (RFC 5915, section 3)."""
    return der.sequence(der.integer(1), der.octet_string(number), der.context(0, CURVE))


def of_pkcs8(number: bytes) -> bytes:
    """The same as a PrivateKeyInfo (RFC 5208, section 5)."""
    inner = der.sequence(der.integer(1), der.octet_string(number))
    return der.sequence(der.integer(0), bags.algorithm("1.2.840.10045.2.1", CURVE), der.octet_string(inner))


FORMS = pytest.mark.parametrize("form", [of_rfc_5915, of_pkcs8])


def encoded(data: bytes) -> bytes:
    return load_key(data, "why not").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@FORMS
def test_an_ec_key_with_a_zero_before_its_number_is_the_same_key(form: Callable[[bytes], bytes]) -> None:
    expected = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert encoded(form(NUMBER)) == encoded(form(b"\0" + NUMBER)) == expected


@FORMS
@pytest.mark.parametrize("number", [bytes(32), bytes(33), b"", b"\0", b"\1" + NUMBER, b"\0\0\0" + NUMBER])
def test_a_number_that_is_none_of_the_curves_is_damaged(form: Callable[[bytes], bytes], number: bytes) -> None:
    with pytest.raises(Damaged, match=r"^why not"):
        load_key(form(number), "why not")


@FORMS
def test_an_ec_key_with_a_zero_that_is_cut_short_is_damaged(form: Callable[[bytes], bytes]) -> None:
    whole = form(b"\0" + NUMBER)
    for size in range(len(whole)):
        with pytest.raises(Damaged, match=r"^why not"):
            load_key(whole[:size], "why not")


@pytest.mark.parametrize(
    "data",
    [
        der.sequence(der.integer(1)),
        der.sequence(der.integer(1), der.integer(0)),
        der.sequence(der.integer(0), der.sequence()),
        der.sequence(der.integer(0), der.sequence(), der.integer(0)),
        der.sequence(der.integer(0), der.sequence(), der.octet_string(b"\0")),
    ],
)
def test_a_structure_that_lacks_a_part_of_a_key_is_damaged(data: bytes) -> None:
    with pytest.raises(Damaged, match=r"^why not"):
        load_key(data, "why not")
