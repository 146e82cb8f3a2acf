"""curl compares names by rules of its own, and ours are the same."""

from __future__ import annotations

import os
import select
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from tests.clients.conftest import TIMEOUT_SECONDS
from tests.clients.tls_in_memory import identity, server
from tests.trust.host_cases import CASES, UNICODE_CASES, Names
from zowe_certs_kernel.trust.host_names import curl_host_problem


class TestCurl:
    """One run of curl asks a server of each certificate for all of its names, over loopback."""

    @pytest.fixture
    def curl(self, program: Callable[..., str], missing: Callable[[str, str], NoReturn]) -> str:
        path = program("curl", "curl")
        told = subprocess.run([path, "-V"], capture_output=True, text=True, check=True, timeout=TIMEOUT_SECONDS)
        return path if "OpenSSL/3" in told.stdout else missing("curl", "curl over OpenSSL 3")

    def test_compares_names_as_we_do(self, curl: str, tmp_path: Path) -> None:
        wrong = {}
        for (case, host), real in self.asked(curl, tmp_path).items():
            said = curl_host_problem(case.facts, host)
            if (said == "") != (real == "0"):
                wrong[case.common_names, case.names, host] = real, said
        assert not wrong

    def asked(self, curl: str, folder: Path) -> dict[tuple[Names, str], str]:
        """The exit code of each transfer: 0, or 60 where the certificate is refused."""
        cases = [(case, host) for case in (*CASES, *UNICODE_CASES) for host in case.hosts]
        answering, command = [], [curl]
        for number, (case, host) in enumerate(cases):
            path = folder / f"{number}.pem"
            context, listener = server(path, identity(case)), socket.create_server(("127.0.0.1", 0))
            assert context
            answering.append((listener, context))
            port = listener.getsockname()[1]
            address = f"[{host}]" if ":" in host else host
            command += ["--next"] if number else ["-q"]
            command += ["-s", "-g", "--noproxy", "*", "-w", "%{exitcode}\n", "--cacert", str(path)]
            command += ["--connect-to", f"::127.0.0.1:{port}", f"https://{address}:{port}/"]
        with served(answering):
            done = subprocess.run(
                command,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                capture_output=True,
                text=True,
                check=False,
                timeout=TIMEOUT_SECONDS,
            )
        return dict(zip(cases, done.stdout.split(), strict=True))


@contextmanager
def served(answering: list[tuple[socket.socket, ssl.SSLContext]]) -> Iterator[None]:
    """Answer on each of the sockets, one request after the other, in a thread."""
    stop, wake = socket.socketpair()

    def serve() -> None:
        contexts = dict(answering)
        while stop not in (ready := select.select([stop, *contexts], [], [], TIMEOUT_SECONDS)[0]) and ready:
            plain, _ = ready[0].accept()
            plain.settimeout(TIMEOUT_SECONDS)
            try:
                with contexts[ready[0]].wrap_socket(plain, server_side=True) as secured:
                    secured.recv(4096)
                    secured.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            except OSError:  # the client refused the certificate
                plain.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(serve)
        try:
            yield
        finally:
            wake.close()
            done.result(TIMEOUT_SECONDS)
            for opened in (stop, *dict(answering)):
                opened.close()
