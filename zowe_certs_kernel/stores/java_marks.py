"""How files of Java's own two types of store begin; apart, so that telling what a file is loads no reader."""

from __future__ import annotations

__all__ = ["JCEKS", "JKS", "UNPROVED"]

JKS = b"\xfe\xed\xfe\xed"  # sun.security.provider.JavaKeyStore
JCEKS = b"\xce\xce\xce\xce"  # com.sun.crypto.provider.JceKeyStore
UNPROVED = "its integrity was not checked"  # the note of one that was read without its password
