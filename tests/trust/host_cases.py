"""Certificates by their CNs and alternative names, and hosts that clients ask for; the truth comes from the clients."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.trust.scenarios.builder import NOW, ec_key, general_name
from zowe_certs_kernel.model import CertificateFacts
from zowe_certs_kernel.stores.certificate import certificate_facts

KEY = ec_key("names")
A, B = "a.example.com", "b.example.com"


@dataclass(frozen=True)
class Names:
    """``names`` None: the certificate has no alternative names at all."""

    common_names: tuple[str, ...]
    names: tuple[str, ...] | None
    hosts: tuple[str, ...]

    @cached_property
    def certificate(self) -> x509.Certificate:
        """Self-signed; the names are taken as they are, the impossible ones too."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in self.common_names])
        start, end = NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=10)
        builder = x509.CertificateBuilder(subject, subject, KEY.public_key(), 1, start, end)
        if self.names is not None:
            found = x509.SubjectAlternativeName([general_name(name) for name in self.names])
            builder = builder.add_extension(found, critical=False)
        return builder.sign(KEY, SHA256())

    @cached_property
    def facts(self) -> CertificateFacts:
        return certificate_facts(self.certificate.public_bytes(Encoding.DER))


def of_dns(name: str, *hosts: str) -> Names:
    return Names(("x",), (f"dns:{name}",), hosts)


CASES = (
    Names((A,), None, (A, "A.Example.com", f"{A}.", B)),
    Names((A,), ("ip:127.0.0.1",), (A, "127.0.0.1", "127.0.0.2")),
    Names((A,), ("email:x@y.example",), (A,)),
    Names((A,), ("uri:https://x:1/",), (A,)),
    Names((A,), (f"dns:{B}",), (A, B, B.upper(), f"{B}.")),
    Names((A,), ("dns:",), (A,)),
    Names(("127.0.0.1",), None, ("127.0.0.1",)),
    Names(("127.0.0.1",), ("dns:127.0.0.1",), ("127.0.0.1",)),
    Names((A, B), None, (A, B)),
    Names(("*.example.com",), None, (A, "a.b.example.com", "example.com")),
    Names((), None, (A,)),
    Names(("bücher.example.com",), None, ("xn--bcher-kva.example.com",)),
    Names(("localhost",), ("ip:127.0.0.1",), ("localhost",)),
    Names(("x",), ("dns:a b.example.com", "dns:*", "uri:https://x:1/", "dns:1", f"dns:{A}"), (A, "1.example.com")),
    Names(("x",), (f"dns:{A}, DNS:{B}",), (A, B)),
    Names(("x",), ("ip:127.0.0.1",), ("127.0.0.1", "::ffff:127.0.0.1")),
    Names(("x",), ("ip:2001:db8::1",), ("2001:db8::1", "2001:0db8:0:0:0:0:0:1", "2001:db8::2")),
    of_dns("*.example.com", A, "a.b.example.com", "example.com", "xn--bcher-kva.example.com", "a_b.example.com"),
    of_dns("f*.example.com", "foo.example.com", "f.example.com", "bar.example.com"),
    of_dns("*o.example.com", "foo.example.com"),
    of_dns("f*o.example.com", "foo.example.com", "fo.example.com", "f.example.com"),
    of_dns("*.com", "example.com"),
    of_dns("*", "localhost", "example.com"),
    of_dns("a.*.example.com", "a.b.example.com"),
    of_dns("*.*.example.com", "a.b.example.com"),
    of_dns("xn--*.example.com", "xn--bcher-kva.example.com"),
    of_dns("xn--bcher-kva.example.com", "xn--bcher-kva.example.com", "XN--BCHER-KVA.example.com"),
    of_dns("localhost", "localhost", "localhost."),
    of_dns("localhost.", "localhost", "localhost."),
    of_dns(f" {A}", A),
    of_dns(f"{A}\0.evil.example", A),
    of_dns("a_b.example.com", "a_b.example.com"),
    of_dns(".example.com", A, "example.com"),
    of_dns("-a.example.com", "-a.example.com"),
    of_dns("*.example.com.", A, f"{A}."),
    of_dns("*.a-.example.com", "b.a-.example.com"),
    of_dns("*.a_b.example.com", "c.a_b.example.com"),
    of_dns(A.upper(), A),
    of_dns("1.2.3.4", "1.2.3.4"),
    of_dns("*.2.3.4", "1.2.3.4"),
)

# Clients turn these into names of ASCII, each in its own way; Node's TLS does not.
UNICODE_CASES = (
    of_dns("xn--bcher-kva.example.com", "bücher.example.com", "Bücher.example.com"),
    of_dns("xn--strae-oqa.example.com", "straße.example.com"),
    of_dns("strasse.example.com", "straße.example.com"),
    of_dns("*.example.com", "bücher.example.com"),
)
