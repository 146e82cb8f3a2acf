"""No renewal and no step of a rotation takes a key from Java that it accepts; what it refused before stops nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from tests.lifecycle.sets import DAY, NOW, bytes_of, with_key
from zowe_certs_kernel.errors import Refused
from zowe_certs_kernel.issue import CertificateKind, general_names, generate_key, issue
from zowe_certs_kernel.lifecycle.change import Change, apply_change, store_bytes
from zowe_certs_kernel.lifecycle.renewal import make_renewal, plan_renewal
from zowe_certs_kernel.lifecycle.rotation import make_rotation, plan_begin, plan_cancel, plan_finish, plan_switch
from zowe_certs_kernel.lifecycle.signing import issued_by
from zowe_certs_kernel.lifecycle.working_set import WorkingSet
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.stores import KeyContent, TrustedContent
from zowe_certs_kernel.stores.certificate import load_certificate

Again = Callable[[WorkingSet], WorkingSet]


def nameless(one: WorkingSet, *, critical: bool) -> None:
    """Give the gateway a certificate without a subject, which Java reads only where its names are critical."""
    key, authority = generate_key(KeyType.EC_P256), issued_by(plan_renewal(one).authority)
    names = x509.SubjectAlternativeName(general_names(["dns:gateway.example.com"]))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + 9 * DAY)
        .add_extension(names, critical)
        .sign(authority.key, SHA256())
    )
    with_key(one, KeyContent("gateway", key, (certificate, *authority.chain)))


def refused(one: WorkingSet, act: Callable[[], object], said: str) -> None:
    before = bytes_of(one.directory.parent)
    with pytest.raises(Refused, match=said) as caught:
        act()
    assert caught.value.exit_code == 1
    assert bytes_of(one.directory.parent) == before


SAID = "for Java accepts now what it would refuse then: gateway as a server, as a client, at both ends .*: .*subject"


def test_a_renewal_that_java_would_refuse_is_not_made(keystore: WorkingSet, again: Again) -> None:
    nameless(keystore, critical=True)
    one = again(keystore)
    refused(one, lambda: make_renewal(plan_renewal(one)), SAID)
    make_renewal(plan_renewal(one, aliases=["localhost"]))


def test_a_switch_that_java_would_refuse_is_not_made(keystore: WorkingSet, again: Again) -> None:
    make_rotation(plan_begin(keystore))
    nameless(again(keystore), critical=True)
    one = again(keystore)
    refused(one, lambda: make_rotation(plan_switch(one)), SAID)


def test_what_java_refused_before_stops_nothing(keystore: WorkingSet, again: Again) -> None:
    nameless(keystore, critical=False)
    make_renewal(plan_renewal(again(keystore)))
    make_rotation(plan_begin(again(keystore)))
    make_rotation(plan_switch(again(keystore)))


def test_finish_is_refused_while_a_key_hangs_on_the_old_authority_through_another_one(
    keystore: WorkingSet, again: Again
) -> None:
    root, keys = issued_by(plan_renewal(keystore).authority), [generate_key(KeyType.EC_P256) for _ in range(2)]
    between = issue(CertificateKind.CA, (("CN", "Between"),), keys[0], now=NOW, issuer=root)
    leaf = issue(CertificateKind.SERVICE, (("CN", "Below"),), keys[1], now=NOW, issuer=between, san=["dns:a.b"])
    with_key(keystore, KeyContent("gateway", keys[1], leaf.chain))
    make_rotation(plan_begin(again(keystore)))
    make_rotation(plan_switch(again(keystore)))
    one = again(keystore)
    refused(
        one,
        lambda: make_rotation(plan_finish(one)),
        "gateway as a server, .*which signed itself, is not in the trust store",
    )


def test_a_rotation_is_not_taken_back_while_a_key_is_signed_by_the_next_authority(
    keystore: WorkingSet, again: Again
) -> None:
    make_rotation(plan_begin(keystore))
    coming = plan_switch(again(keystore)).found
    assert coming
    key = generate_key(KeyType.EC_P256)
    leaf = issue(CertificateKind.SERVICE, (("CN", "Early"),), key, now=NOW, issuer=issued_by(coming), san=["dns:a.b"])
    with_key(again(keystore), KeyContent("gateway", key, leaf.chain))
    one = again(keystore)
    refused(one, lambda: make_rotation(plan_cancel(one)), "gateway as a server")


def test_what_only_its_own_certificate_made_trusted_is_refused_when_renewed(keystore: WorkingSet, again: Again) -> None:
    pinned = [TrustedContent("own", load_certificate(keystore.entry.chain[0].der))]
    data = store_bytes(keystore.truststore, pinned, keystore.truststore_password)
    apply_change(Change(keystore, "", {keystore.truststore_path: data}))
    one = again(keystore)
    refused(one, lambda: make_renewal(plan_renewal(one)), "localhost as a server")
