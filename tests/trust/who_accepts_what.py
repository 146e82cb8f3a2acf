"""The page that shows how differently clients judge: ``python -m tests.trust.who_accepts_what docs`` writes it.

The verdicts are ours; ``tests/java`` and ``tests/clients`` hold each of them against the real programs.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.trust.scenarios import SCENARIOS, Scenario
from zowe_certs_kernel.trust.host_names import (
    curl_host_problem,
    node_host_problem,
    openssl_host_problem,
    rfc_host_problem,
)
from zowe_certs_kernel.trust.java_host import java_host_problem
from zowe_certs_kernel.trust.java_path import java_handshake_verdict, java_mutual_verdict, java_verdict
from zowe_certs_kernel.trust.openssl_path import CURL, NODE, PYTHON, TlsClient, openssl_verdict
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.verdict import Purpose

NAME = "who-accepts-what.md"
ROWS: Mapping[str, str] = {
    "good": "A certificate as Zowe makes it, its root trusted",
    "good with intermediate": "The same with an intermediate that the server sends",
    "missing intermediate": "The server does not send its intermediate",
    "intermediate only in trust store": "… but the trust store has it besides the root",
    "missing root": "The root is not in the trust store",
    "intermediate as anchor and not sent": "Only the intermediate is trusted, and not sent",
    "leaf as anchor": "Only the server's own certificate is trusted",
    "self signed leaf trusted": "A self-signed server certificate, trusted",
    "same name other key as anchor": "A root of the same name with another key is trusted",
    "wrong order": "The chain is sent in the wrong order",
    "expired leaf": "The server's certificate has ended",
    "expired intermediate": "The intermediate has ended",
    "expired root": "The root in the trust store has ended",
    "eku server only": "Extended key usage: serverAuth only",
    "eku client only": "Extended key usage: clientAuth only",
    "eku none": "No extended key usage at all",
    "eku any": "Extended key usage: any",
    "no san and cn is the host": "No alternative names, the CN is the host",
    "san with address only and cn is the host": "Alternative names hold addresses only, the CN is the host",
    "wildcard": "A wildcard for the host",
    "wildcard two labels deep": "Two wildcards, `*.*.example.com`",
    "address as dns name": "The address stands as a DNS name",
    "rsa 1024 leaf": "RSA with 1024 bits",
    "sha1 signature of the leaf": "Signed with SHA-1",
    "intermediate is no authority": "The intermediate is no authority",
    "root without key cert sign": "The root's key usage lacks keyCertSign",
    "path length 0 root above an intermediate": "The root's path length of 0 forbids the intermediate",
    "constraint permits another dns name": "A name constraint of the intermediate forbids the host",
    "constraint of the root permits another dns name": "The same constraint in the root",
    "aki of the leaf names another key": "The authority key identifier names another key",
    "chain of 11": "A chain of 11 certificates",
}
_COLUMNS = (
    "Java",
    "Java's trust manager of a server",
    "… of a client",
    "mutual TLS",
    "Python",
    "curl",
    "Node",
    "browsers",
)
_WORDS = (
    "The same certificate, judged by those who meet it: Java as Zowe's gateway and services, at the server's end with "
    "the host name checked, its trust manager alone, of a server and of a client, and at both ends (mutual TLS); "
    "Python, curl and Node by OpenSSL 3.0, with the host name checked; browsers by the rules of RFC 6125 for names, "
    "over OpenSSL's judgement of the chain.",
    "The verdicts are ours. The tests hold each against Java 17 and 25, Python, Node, curl's names and `openssl "
    "verify` for its chains in the same run; browsers were not run. `python -m tests.trust.who_accepts_what docs` "
    "writes this page.",
)


def page(at: dt.datetime) -> str:
    """The whole page in Markdown; its words do not change with the day."""
    rows = [("Certificate or trust store", *_COLUMNS), ("---",) * (len(_COLUMNS) + 1)]
    rows += [(words, *_cells(SCENARIOS[name](), at)) for name, words in ROWS.items()]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join(["# Who accepts what", *_WORDS, table]) + "\n"


def _cells(case: Scenario, at: dt.datetime) -> list[str]:
    proofs, host = Proofs(), case.hosts[0]
    chain, anchors = case.chain_facts, case.anchor_facts
    server = java_verdict(chain, anchors, Purpose.SERVER, at=at, proofs=proofs).accepted
    client = java_verdict(chain, anchors, Purpose.CLIENT, at=at, proofs=proofs).accepted
    mutual = java_mutual_verdict(case.entry, anchors, at=at, proofs=proofs).accepted

    def takes(program: TlsClient, problem: Callable[..., str]) -> bool:
        judged = openssl_verdict(chain, anchors, at=at, proofs=proofs, client=program)
        return judged.accepted and not problem(chain[0], host)

    said = (
        java_handshake_verdict(chain, anchors, at=at, proofs=proofs).accepted and not java_host_problem(chain[0], host),
        server,
        client,
        mutual,
        takes(PYTHON, openssl_host_problem),
        takes(CURL, curl_host_problem),
        takes(NODE, node_host_problem),
        takes(PYTHON, rfc_host_problem),
    )
    return ["accepted" if accepted else "**refused**" for accepted in said]


def main(arguments: list[str]) -> None:
    """Write the page into the folder that is named."""
    Path(arguments[0], NAME).write_text(page(dt.datetime.now(dt.UTC)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
