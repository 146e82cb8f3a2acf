"""What real TLS servers on loopback show, and what is said of those that show nothing."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.services import parties
from tests.services.servers import facts, pem, serving
from tests.stores.test_endpoint import serving as answering
from tests.trust.scenarios.builder import NOW, Party, ec_key, make
from zowe_certs_kernel.errors import SourceMissing, UsageError
from zowe_certs_kernel.model import CertificateFacts
from zowe_certs_kernel.services.anchor import choices_of
from zowe_certs_kernel.services.fetch import from_file, from_server, presented_by
from zowe_certs_kernel.services.modes import mode_outcomes, own_certificate_told
from zowe_certs_kernel.services.presented import Presented
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.verdict import Mode

ACCEPTED = [("refused", "accepted"), ("refused", "accepted"), ("accepted", "accepted")]
NAME_REFUSED = [("refused", "refused"), ("refused", "accepted"), ("accepted", "accepted")]
REFUSED = [("refused", "refused"), ("refused", "refused"), ("accepted", "accepted")]


@pytest.mark.parametrize(
    ("chain", "host", "words", "reason"),
    [
        ((parties.MATCH, parties.ROOT), "localhost", ACCEPTED, ""),
        ((parties.MATCH, parties.ROOT), "127.0.0.1", ACCEPTED, ""),
        ((parties.MISMATCH, parties.ROOT), "localhost", NAME_REFUSED, "wrong.example.com"),
        ((parties.IP_ONLY, parties.ROOT), "localhost", NAME_REFUSED, "zosmf-host"),
        ((parties.CN_ONLY, parties.ROOT), "localhost", ACCEPTED, ""),
        ((parties.SELF,), "localhost", ACCEPTED, ""),
        ((parties.MATCH,), "localhost", REFUSED, "zOSMF CertAuth"),
        ((parties.EXPIRED_LEAF, parties.ROOT), "localhost", REFUSED, "ended"),
    ],
    ids=["right", "address", "wrong", "IP only", "CN only", "self-signed", "missing intermediate", "expired"],
)
def test_each_mode_before_and_after_for_a_real_server(
    chain: tuple[Party, ...], host: str, words: list[tuple[str, str]], reason: str
) -> None:
    with serving(*chain) as port:
        shown = from_server(f"{host}:{port}")
    assert shown.chain == tuple(map(facts, chain))
    assert (shown.host, shown.asks, shown.notes) == (host, False, ())
    (choice,) = choices_of([shown], at=NOW)
    added = [choice.anchor] if choice.anchor else []
    outcomes = mode_outcomes(shown, [facts(parties.OTHER_ROOT)], added, at=NOW, current=Mode.STRICT)
    assert [(one.before.word, one.after.word) for one in outcomes] == words
    assert [one.now for one in outcomes] == [True, False, False]
    assert reason in outcomes[0].after.reason


def test_of_a_server_that_demands_a_client_certificate_the_chain_is_seen_and_the_rest_is_unknown() -> None:
    with serving(parties.MATCH, parties.ROOT, demand=parties.OTHER_ROOT) as port:
        shown = from_server(f"localhost:{port}")
    assert shown.asks
    assert shown.chain[0] == facts(parties.MATCH)
    told = own_certificate_told(shown, facts(parties.BELOW))
    assert "Zowe would show CN=below, signed by CN=zOSMF Intermediate" in told
    assert "unknown" in told


def test_a_server_that_never_answers_is_waited_for_only_so_long() -> None:
    released = threading.Event()

    def say_nothing(_: socket.socket) -> None:
        released.wait(30)

    with answering(say_nothing) as port:
        with pytest.raises(SourceMissing, match=f"localhost:{port} cannot be read"):
            from_server(f"localhost:{port}", seconds=0.2)
        released.set()


def test_what_does_not_speak_tls_is_told() -> None:
    with (
        answering(lambda connection: connection.sendall(b"220 welcome\r\n" * 40)) as port,
        pytest.raises(SourceMissing, match="does not speak TLS"),
    ):
        from_server(f"127.0.0.1:{port}")


def test_a_closed_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceMissing, match=f"127.0.0.1:{port} cannot be read"):
        presented_by([f"127.0.0.1:{port}"])


@pytest.mark.parametrize("address", ["zosmf", "https://zosmf:443", "zosmf:0"])
def test_what_is_no_address_is_told_with_its_option(address: str) -> None:
    with pytest.raises(UsageError, match="--from takes HOST:PORT"):
        from_server(address)


def test_files_are_read_whatever_their_form(tmp_path: Path) -> None:
    (tmp_path / "a chain.pem").write_bytes(pem(parties.MATCH, parties.ROOT, parties.ROOT))
    (tmp_path / "ca.der").write_bytes(parties.ROOT.der)
    found = presented_by([str(tmp_path / "a chain.pem"), str(tmp_path / "ca.der")])
    assert [one.chain for one in found] == [(facts(parties.MATCH), facts(parties.ROOT)), (facts(parties.ROOT),)]
    assert all(one.is_file and not one.host for one in found)


def test_a_file_without_a_certificate_is_named(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(parties.ROOT.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(UsageError, match=r"no certificate in .*key\.pem"):
        from_file(path)


@pytest.fixture(scope="module")
def namesakes() -> tuple[Party, ...]:
    """More than a file may have, all of one name and key."""
    root = parties.ROOT
    return tuple(make(root.subject, ca=True, key=root.key, days=(-30, 100 + each)) for each in range(1001))


def test_a_file_with_more_certificates_than_the_limit_is_refused(tmp_path: Path, namesakes: tuple[Party, ...]) -> None:
    path = tmp_path / "a bundle.pem"
    path.write_bytes(pem(*namesakes[:-1]))
    assert len(from_file(path).chain) == 1000
    path.write_bytes(pem(*namesakes))
    with pytest.raises(UsageError, match=r"a bundle\.pem has 1,001 certificates, over the limit of 1,000; name a file"):
        from_file(path)


class Counted(Proofs):
    """How many signatures were asked for."""

    asked = 0

    def signed(self, issuer: CertificateFacts, subject: CertificateFacts) -> bool | None:
        self.asked += 1
        return super().signed(issuer, subject)


def test_many_certificates_of_one_name_and_key_cost_little(namesakes: tuple[Party, ...]) -> None:
    proofs = Counted()
    chain = tuple(facts(one) for one in (parties.MATCH, *namesakes))
    (choice,) = choices_of([Presented("a:1", "localhost", chain)], at=NOW, proofs=proofs)
    assert choice.anchor
    assert proofs.asked < 10


def test_many_of_one_name_that_signed_each_other_with_keys_of_their_own_are_refused() -> None:
    """Each would have to be held against each."""
    proofs = Counted()
    signer = make("X", ca=True, key=ec_key("X 0"))
    chain = [facts(signer)]
    for each in range(1, 110):
        signer = make("X", signer, ca=True, key=ec_key(f"X {each}"))
        chain.append(facts(signer))
    chain.append(facts(make("server", signer)))
    with pytest.raises(UsageError, match="too many certificates have the name CN=X,O=Example"):
        choices_of([Presented("a:1", "localhost", tuple(reversed(chain)))], at=NOW, proofs=proofs)
    assert proofs.asked == 4096 + len(chain)
