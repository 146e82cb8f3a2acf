"""Under which names the made sets are reached, and under which not; the keys are those of ``made_sets``."""

from __future__ import annotations

LOCAL = ("localhost.localdomain", "localhost", "127.0.0.1")
REACHED_BY = {
    "1.15": ("zos1.example.com", "zowe.example.com", "192.0.2.10", *LOCAL),
    "1.15 as Zowe": ("zos1.example.com", "192.0.2.10", *LOCAL),
    "1.28": ("zowe.example.com", "anything.example.com", "zos1.example.org", "192.0.2.10", "2001:db8::10", *LOCAL),
    "1.28 components": ("zos1.example.com", "192.0.2.10", *LOCAL),
    "1.15 JKS": ("zowe.example.com", *LOCAL),
    "1.22 same authority": ("zos1.example.com", "192.0.2.10"),
}
# A wildcard stands for one label: neither for two nor for none.
STRANGERS = {
    "1.15": ("wrong.example.com", "zos1.example.com.example.org", "192.0.2.11"),
    "1.15 as Zowe": ("zowe.example.com", "192.0.2.11"),
    "1.28": ("a.b.example.com", "example.com", "zos2.example.org", "2001:db8::11"),
    "1.28 components": ("wrong.example.com", "192.0.2.11"),
    "1.15 JKS": ("wrong.example.com",),
    "1.22 same authority": ("192.0.2.11",),
}
# A set whose authority has the same name as theirs, but another key.
SOMEBODY_ELSE = "1.28 as Zowe"


def is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
