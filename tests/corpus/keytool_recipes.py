"""Options and recipes of keytool that several modules have."""

from __future__ import annotations

OWN_PASSWORD = "one of its own"
WHERE = "-keystore {out} -storepass:env PASSWORD"
CURVE = "-keyalg EC -groupname secp256r1"
# RSA of 1024 bits, whose primes Java finds in a tenth of the time.
FIRST_STORE = (
    f"-genkeypair {WHERE} -alias Root -dname CN=Root {CURVE} -ext bc:c",
    f"-genkeypair {WHERE} -alias middle -dname CN=Middle {CURVE} -ext bc:c -signer root",
    f"-genkeypair {WHERE} -alias 'Můj Klíč ä' -dname CN=Leaf -keyalg RSA -keysize 1024 -signer middle",
    f"-genkeypair {WHERE} -alias past -dname CN=Past -keyalg Ed25519 -startdate '2020/01/02 03:04:05' -validity 1",
    f"-genseckey {WHERE} -alias Aes -keyalg AES -keysize 256",
    f"-exportcert {WHERE} -alias root -rfc -file root.pem",
    f"-importcert {WHERE} -alias LocalCA -noprompt -file root.pem",
)
