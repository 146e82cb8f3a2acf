"""The keytool runs of Zowe 1.28's ``zowe-setup-certificates.sh``, as its default settings make it start them."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

from zowe_certs_kernel.setup.plan import Plan, PlannedCertificate

__all__ = ["run_keytool_script"]

_OPTIONS_FOR_JAVA = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}
_PASSWORD = "ZOWE_CERTS_BENCHMARK"  # noqa: S105  # the name of a variable


def run_keytool_script(keytool: str, plan: Plan, folder: Path) -> None:
    """Make the stores of ``plan`` in an empty folder, one process after the other.

    Left out, to keytool's advantage: the javac and java runs that export the private key, and all that the
    shell does between them.

    Raises:
        CalledProcessError: one of them did not end as it should.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _OPTIONS_FOR_JAVA}
    environment = {**kept, _PASSWORD: secrets.token_urlsafe()}
    for store, command, *arguments in _commands(plan):
        protected = ["-keystore", f"{store}.p12", "-storetype", "PKCS12", "-storepass:env", _PASSWORD]
        words = [keytool, command, *protected, *arguments]
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if (done.returncode == 0) is (command == "-list"):  # it looks for an alias that is not there yet
            raise subprocess.CalledProcessError(done.returncode, words, stderr=done.stdout)


def _commands(plan: Plan) -> Iterator[list[str]]:
    authority, service, *_ = plan.certificates
    ca, own, store = ["-alias", "localca"], ["-alias", "localhost"], "localhost"
    is_ca = ["-ext", "KeyUsage=keyCertSign", "-ext", "BasicConstraints:critical=ca:true"]
    is_server = [
        *("-ext", "KeyUsage:critical=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment"),
        *("-ext", "ExtendedKeyUsage=clientAuth,serverAuth"),
        *("-ext", f"SubjectAlternativeName={','.join(service.san)}"),
    ]
    signing = ["-rfc", "-infile", "request.csr", "-outfile", "signed.cer", "-validity", str(service.days)]
    yield ["localca", "-genkeypair", *ca, *_pair(authority), *is_ca]
    yield ["localca", "-exportcert", *ca, "-rfc", "-file", "localca.cer"]
    yield [store, "-genkeypair", *own, *_pair(service)]
    yield [store, "-certreq", *own, "-file", "request.csr"]
    yield ["localca", "-gencert", *ca, *signing, *is_server]
    yield [store, "-list", *ca]
    yield [store, "-importcert", *ca, "-noprompt", "-trustcacerts", "-file", "localca.cer"]
    yield [store, "-importcert", *own, "-noprompt", "-trustcacerts", "-file", "signed.cer"]
    yield ["truststore", "-importcert", *ca, "-noprompt", "-trustcacerts", "-file", "localca.cer"]
    yield [store, "-exportcert", *own, "-rfc", "-file", "localhost.cer"]


def _pair(certificate: PlannedCertificate) -> list[str]:
    subject = ", ".join(f"{name}={value}" for name, value in reversed(certificate.subject))
    return ["-keyalg", "RSA", "-keysize", "2048", "-dname", subject, "-validity", str(certificate.days)]
