"""Of several ways up from a certificate the one is taken that programs will accept."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from zowe_certs_kernel.model import CertificateFacts
from zowe_certs_kernel.setup.external_chain import completed
from zowe_certs_kernel.stores.certificate import certificate_facts

AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
KEYS = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("leaf", "inter", "root", "old")}


def made(
    of: str, by: str, *, days: int = 100, subject: str = "", issuer: str = "", is_ca: bool = True
) -> CertificateFacts:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(f"CN={subject or of}"))
        .issuer_name(x509.Name.from_rfc4514_string(f"CN={issuer or by}"))
        .public_key(KEYS[of].public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - dt.timedelta(days=200))
        .not_valid_after(AT + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    return certificate_facts(builder.sign(KEYS[by], SHA256()).public_bytes(Encoding.DER))


ROOT, CROSS, INTER = made("root", "root"), made("root", "old"), made("inter", "root")
ENDED, LEAF = made("inter", "root", days=-1), made("leaf", "inter", is_ca=False)


@pytest.mark.parametrize("authorities", [[CROSS, ROOT], [ROOT, CROSS]])
def test_a_root_that_signed_itself_ends_it_whatever_stands_first(authorities: list[CertificateFacts]) -> None:
    assert completed(LEAF, [INTER], authorities, at=AT) == (LEAF, INTER, ROOT)


@pytest.mark.parametrize("beside", [[ENDED, INTER], [INTER, ENDED]])
def test_an_authority_in_force_is_taken_before_one_that_has_ended(beside: list[CertificateFacts]) -> None:
    assert completed(LEAF, beside, [ROOT], at=AT) == (LEAF, INTER, ROOT)


def test_where_all_have_ended_the_chain_is_whole_all_the_same() -> None:
    assert completed(LEAF, [ENDED], [ROOT], at=AT) == (LEAF, ENDED, ROOT)


def test_names_that_differ_in_case_are_the_same_and_the_signature_decides() -> None:
    leaf = made("leaf", "inter", issuer="INTER", is_ca=False)
    stranger = made("old", "old", subject="inter")
    assert completed(leaf, [stranger, INTER], [ROOT], at=AT) == (leaf, INTER, ROOT)


def test_authorities_that_signed_each_other_end_nowhere_and_come_to_an_end() -> None:
    around = made("old", "root"), made("root", "old")
    assert len(completed(LEAF, [INTER], around, at=AT)) == 4


def test_many_certificates_of_one_key_cost_little() -> None:
    many = [made("root", "old") for _ in range(40)] + [made("old", "root") for _ in range(40)]
    assert completed(LEAF, [INTER], many, at=AT)[:2] == (LEAF, INTER)
