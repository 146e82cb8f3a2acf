"""Made-up listings in the layout of RACDCERT's: LIST, LISTRING, LISTCHAIN, CHECKCERT, and the job around them."""

from __future__ import annotations

from zowe_certs_kernel.ibm1047 import to_ibm1047

LIST_USER = """\
Digital certificate information for user ZWESVUSR:

  Label: apiml node 1
  Certificate ID: 2QjpxsXi5eTi2YGXiZSTQJWWhIVA8Q==
  Status: TRUST
  Start Date: 2026/01/15 00:00:00
  End Date:   2027/01/15 23:59:59
  Serial Number:
       >0A3F<
  Issuer's Name:
       >CN=Alder Issuing CA.OU=Platform.O=Alder Mutual, Inc..SP=Hesse.C=DE<
  Subject's Name:
       >CN=zowe.alder.example.OU=Platform Team Number Seven.O=Alder Mutual, I<
       >nc..L=Kassel.SP=Hesse.C=DE<
  Subject's AltNames:
    IP: 192.0.2.17
    EMail: alice at alder.example
    Domain: zowe.alder.example
    URI: https://zowe.alder.example:7554/
  Signing Algorithm: sha256RSA
  Key Usage: HANDSHAKE, DATAENCRYPT
  Key Type: RSA Mod-Exp
  Key Size: 2048
  Private Key: YES
  PKDS Label: ALDER.ZOWE.NODE1
  Certificate Fingerprint (SHA256):
       1D:C7:25:90:0B:6F:AA:10:52:84:3E:9C:77:01:F3:D8:
       40:5E:62:BB:19:0C:C4:38:E1:96:7A:2D:85:F0:13:6E
  Ring Associations:
    Ring Owner: ZWESVUSR
    Ring:
       >ZoweKeyring<
    Ring Owner: IZUSVR
    Ring:
       >IZUKeyring.ALDER<

  Label: 2048 bit spare
  Certificate ID: 2QjpxsXi5eTi2fLw9PhA
  Status: NOTRUST
  Start Date: 2025/06/01 06:30:00
  End Date:   2026/06/01 06:30:00
  Serial Number:
       >00<
  Issuer's Name:
       >CN=spare<
  Subject's Name:
       >CN=spare<
  Signing Algorithm: sha384ECDSA
  Key Type: NIST ECC
  Key Size: 384
  Private Key: NO
  Ring Associations:
    *** No rings associated ***

"""

LIST_CERTAUTH = """\
Digital certificate information for CERTAUTH:

  Label: Alder Root
  Certificate ID: 2QiJmZmDhZmjgcGThIWZQNmWlqNA
  Status: HIGHTRUST
  Start Date: 2020/03/01 00:00:00
  End Date:   2040/03/01 23:59:59
  Serial Number:
       >01<
  Issuer's Name:
       >CN=Alder Root.O=Alder Mutual, Inc..C=DE<
  Subject's Name:
       >CN=Alder Root.O=Alder Mutual, Inc..C=DE<
  Signing Algorithm: sha256RSA
  Key Usage: CERTSIGN
  Key Type: RSA
  Key Size: 4096
  Private Key: NO
  Ring Associations:
    Ring Owner: ZWESVUSR
    Ring:
       >ZoweKeyring<
"""

LISTRING = """\
Digital ring information for user ZWESVUSR:

  Ring:
       >ZoweKeyring<
  Certificate Label Name             Cert Owner     USAGE      DEFAULT
  --------------------------------   ------------   --------   -------
  apiml node 1                       ID(ZWESVUSR)   PERSONAL     YES

  Alder Root                         CERTAUTH       CERTAUTH     NO

  2048 bit z/OSMF 2026               ID(IZUSVR)     PERSONAL     NO

  READY or not                       SITE           SITE         NO

  Ring:
       >EmptyRing<
  Certificate Label Name             Cert Owner     USAGE      DEFAULT
  --------------------------------   ------------   --------   -------
  *** No certificates connected ***

"""

LISTCHAIN = """\
Certificate 1:
Digital certificate information for user ZWESVUSR:

  Label: leaf
  Status: TRUST
  Start Date: 2026/01/15 00:00:00
  End Date:   2027/01/15 23:59:59
  Serial Number:
       >05<
  Issuer's Name:
       >CN=Alder Issuing CA.C=DE<
  Subject's Name:
       >CN=leaf.C=DE<
  Signing Algorithm: sha256RSA
  Key Type: RSA
  Key Size: 3072
  Private Key: Yes
  Ring Associations:
    Ring Owner: ZWESVUSR
    Ring:
       >ZoweKeyring<

Certificate 2:
Digital certificate information for CERTAUTH:

  Label: Alder Issuing CA
  Status: NOTRUST
  Start Date: 2020/03/01 00:00:00
  End Date:   2024/03/01 23:59:59
  Serial Number:
       >02<
  Issuer's Name:
       >CN=Alder Root.C=DE<
  Subject's Name:
       >CN=Alder Issuing CA.C=DE<
  Signing Algorithm: sha256RSA
  Key Type: RSA
  Key Size: 4096
  Private Key: No
  Ring Associations:
    Ring Owner: ZWESVUSR
    Ring:
       >ZoweKeyring<

Chain information:
  Chain contains 2 certificate(s), chain is incomplete
  Chain contains NOTRUST certificate(s)
  Chain contains expired certificate(s)
  Chain contains ring in common: ZWESVUSR/ZoweKeyring
"""

CHECKCERT = """\
Certificate 1:

  Start Date: 2026/01/15 00:00:00
  End Date:   2027/01/15 23:59:59
  Serial Number:
       >84<
  Issuer's Name:
       >CN=Birch CA<
  Subject's Name:
       >bob@birch.example.CN=B.T.Miles.T=President.OU=Loans.O=Birch, Inc<
       >..SP=Ohio.C=US<
  Signing Algorithm: sha256RSA
  Key Type: RSA
  Key Size: 2048

Chain information:
  Chain contains 1 certificate(s), chain is complete
"""

NOTHING_FOUND = "IRRD105I No certificate information was found for user NOBODY.\n"

JOB = f"""\
1                      J E S 2  J O B  L O G  --  S Y S T E M  A L D R  --  N O D E  A L D R
0
 09.12.44 JOB04711 ---- MONDAY,    23 NOV 2026 ----
 09.12.44 JOB04711  $HASP373 ZOWELIST STARTED - INIT 1    - CLASS A - SYS ALDR
 IEF142I ZOWELIST TSO - STEP WAS EXECUTED - COND CODE 0000
READY
 RACDCERT ID(ZWESVUSR) LISTRING(*)
{LISTRING}READY
 RACDCERT ID(ZWESVUSR) LIST
{LIST_USER}***
READY
 RACDCERT ID(NOBODY) LIST
{NOTHING_FOUND}READY
 RACDCERT ID(ZWESVUSR) LISTCHAIN(LABEL('leaf'))
{LISTCHAIN}READY
END
"""


def with_carriage_control(text: str) -> str:
    """As a print data set has it: a column before each line, a new page before the headings."""
    return "".join(("1" if line.startswith("Digital") else " ") + line + "\n" for line in text.splitlines())


def with_line_numbers(text: str) -> str:
    """As an editor's copy has them, before each line."""
    return "".join(f"{number:06} {line}\n" for number, line in enumerate(text.splitlines(), 1))


def with_sequence_numbers(text: str) -> str:
    """As a card has them, in columns 73 to 80."""
    return "".join(f"{line:72}{number:08}\n" for number, line in enumerate(text.splitlines(), 1))


def in_records(text: str, length: int) -> bytes:
    """A fixed-block data set in EBCDIC, copied in binary: no line ends."""
    return b"".join(to_ibm1047(f"{line:{length}}") for line in text.splitlines())
