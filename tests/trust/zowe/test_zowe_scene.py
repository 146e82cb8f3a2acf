"""What files, folders and servers are for Zowe, by its own files where they are and else by what is in them."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.stores.racf_samples import LIST_CERTAUTH, LIST_USER
from tests.stores.test_endpoint import serving, tls
from tests.trust.zowe.conftest import DIRECTORY, PASSWORD, MakeDirectory, p12, pem, scene_of
from zowe_certs_kernel.errors import SettingsError, UsageError
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.stores import KeyContent, TrustedContent
from zowe_certs_kernel.stores.passwords import Passwords
from zowe_certs_kernel.stores.pem import key_pem
from zowe_certs_kernel.trust.verdict import Mode
from zowe_certs_kernel.trust.zowe_scene import read_scene


def test_a_keystore_directory_is_a_set_by_its_own_file_and_password(directory: MakeDirectory) -> None:
    folder = directory()
    scene = scene_of(folder)
    (found,) = scene.sets
    assert found.entry
    assert (found.entry.alias, found.mode, found.directory, found.ring) == ("localhost", Mode.STRICT, folder, "")
    assert found.keystore
    assert found.truststore
    assert found.keystore.source == str(folder / "localhost/localhost.keystore.p12")
    assert found.truststore.source == str(folder / "localhost/localhost.truststore.p12")
    assert found.hosts == ("zos1.example.com",)
    assert len(found.authorities) == len(found.anchors) == 1
    assert [str(row.error) for row in scene.rows if row.error] == []
    assert scene.directories[0].written == DIRECTORY
    assert PASSWORD not in repr(scene)
    assert scene.services == ()


def test_a_folder_above_finds_directories_and_instances_in_it(
    directory: MakeDirectory, instance: Callable[..., Path], tmp_path: Path
) -> None:
    one, two = directory("one"), directory("two", KEYSTORE_DIRECTORY="/global/zowe/two")
    instance("test", KEYSTORE_DIRECTORY="/global/zowe/two", ZOWE_EXPLORER_HOST="zos7.example.com")
    scene = scene_of(tmp_path)
    assert {found.directory for found in scene.sets} == {one, two}
    (used,) = scene.of_instance.values()
    assert used.folder == two
    assert {found.directory: found.hosts for found in scene.sets}[two] == ("zos7.example.com",)


@pytest.mark.parametrize(("path", "names_it"), [(DIRECTORY, True), ("/somewhere/else/keystore", False)])
def test_an_instance_belongs_to_the_directory_that_it_names_on_zos_and_to_no_other(
    directory: MakeDirectory, instance: Callable[..., Path], path: str, names_it: bool
) -> None:
    other, folder = directory("other", KEYSTORE_DIRECTORY="/global/zowe/other"), directory("keystore")
    scene = scene_of(other, folder, instance("prod", KEYSTORE_DIRECTORY=path))
    assert [found.folder for found in scene.of_instance.values()] == ([folder] if names_it else [])


def test_an_instance_on_this_machine_leads_to_its_directory(
    directory: MakeDirectory, instance: Callable[..., Path]
) -> None:
    folder = directory("keystore")
    scene = scene_of(instance("prod", KEYSTORE_DIRECTORY=str(folder)) / "instance.env")
    assert [found.directory for found in scene.sets] == [folder]


def test_settings_are_told_apart_by_their_names_and_lead_to_the_directory(
    directory: MakeDirectory, instance: Callable[..., Path], tmp_path: Path
) -> None:
    folder = directory("keystore", KEYSTORE_DIRECTORY=str(tmp_path / "keystore"))
    for name, source in {
        "a.env": tmp_path / "setup of keystore.env",
        "b.env": folder / "zowe-certificates.env",
        "c.env": instance("prod", KEYSTORE_DIRECTORY=str(folder)) / "instance.env",
    }.items():
        other = folder if name == "b.env" else tmp_path
        scene = scene_of(settings=(Path(shutil.copy(source, other / name)),))
        assert [found.directory for found in scene.sets] == [folder]
        counts = [len(scene.setup_files), len(scene.instances)]
        assert counts == {"a.env": [1, 0], "b.env": [0, 0], "c.env": [0, 1]}[name]


def test_a_directory_whose_file_is_named_alone_is_read_as_far_as_the_file_names_it(directory: MakeDirectory) -> None:
    scene = scene_of(directory() / "zowe-certificates.env")
    assert len(scene.sets) == 1
    assert {Path(row.source).name for row in scene.rows} == {
        "localhost.keystore.p12",
        "localhost.truststore.p12",
        "localca.cer-ebcdic",
        "localca.cer",
    }


def test_stores_that_were_put_into_one_folder_are_found_by_their_names(
    directory: MakeDirectory, tmp_path: Path
) -> None:
    folder, flat = directory(), tmp_path / "flat"
    flat.mkdir()
    for path in ("zowe-certificates.env", "localhost/localhost.keystore.p12", "localhost/localhost.truststore.p12"):
        shutil.copy(folder / path, flat)
    (found,) = scene_of(flat).sets
    assert found.entry
    assert found.anchors == found.authorities  # no list in PEM is here, so the trust store stands for it


def test_a_path_that_climbs_out_of_the_directory_is_not_followed(directory: MakeDirectory, tmp_path: Path) -> None:
    folder = directory()
    secret = p12(tmp_path / "elsewhere.p12")
    text = (folder / "zowe-certificates.env").read_text(encoding="utf-8")
    bent = text.replace(f"{DIRECTORY}/localhost/localhost.truststore.p12", f"{DIRECTORY}/../{secret.name}")
    (folder / "zowe-certificates.env").write_text(bent, encoding="utf-8")
    scene = scene_of(folder / "zowe-certificates.env")
    assert str(secret) not in {row.source for row in scene.rows}
    assert "is not here" in scene.sets[0].problem


def test_clients_call_by_the_names_of_instances_and_settings(
    directory: MakeDirectory, instance: Callable[..., Path], tmp_path: Path
) -> None:
    folder = directory(HOSTNAME="*.example.com,zowe.example.org", IPADDRESS="192.0.2.7")
    settings = (tmp_path / "setup of keystore.env",)
    one, two = (instance(name, ZOWE_EXPLORER_HOST=f"{name}.example.com") for name in ("zos1", "zos2"))
    (found,) = scene_of(folder, one, two, settings=settings).sets
    assert found.instance_hosts == ("zos1.example.com", "zos2.example.com")
    assert found.hosts == (*found.instance_hosts, "zowe.example.com", "zowe.example.org", "192.0.2.7")
    (found,) = scene_of(folder).sets
    assert (found.hosts, found.instance_hosts) == (("zowe.example.com",), ())  # the certificate's first


@pytest.mark.parametrize(
    ("verify", "nonstrict", "mode"),
    [
        ("true", "true", Mode.STRICT),
        ("true", "false", Mode.STRICT),
        ("false", "true", Mode.NONSTRICT),
        ("false", "false", Mode.DISABLED),
    ],
)
def test_the_two_flags_make_the_mode(directory: MakeDirectory, verify: str, nonstrict: str, mode: Mode) -> None:
    folder = directory(VERIFY_CERTIFICATES=verify, NONSTRICT_VERIFY_CERTIFICATES=nonstrict)
    assert [found.mode for found in scene_of(folder).sets] == [mode]


def test_components_certificates_are_other_keys_of_the_set(directory: MakeDirectory) -> None:
    (found,) = scene_of(directory(COMPONENT_LEVEL_CERTIFICATES="gateway,zss")).sets
    assert [entry.alias for entry in found.others] == ["gateway", "zss"]
    gateway, catalog = found.own("gateway"), found.own("api-catalog")
    assert gateway
    assert (gateway.alias, catalog) == ("gateway", found.entry)


def test_without_its_file_a_folder_is_a_set_by_what_is_in_the_stores(
    directory: MakeDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = directory(release="1.15", KEYSTORE_ALIAS="zowe")
    (folder / "zowe-certificates.env").unlink()
    monkeypatch.setenv("SCENE_PASSWORD", PASSWORD)
    scene = read_scene([str(folder)], Passwords(["env:SCENE_PASSWORD"]))
    (found,) = scene.sets  # neither the authority's store nor the JWT secret is one
    assert found.entry
    assert found.truststore
    assert (found.entry.alias, found.mode, found.directory) == ("zowe", Mode.STRICT, None)
    assert found.truststore.source == str(folder / "zowe/zowe.truststore.p12")
    assert [entry.alias for entry in found.others] == ["jwtsecret"]
    assert scene.services == ()  # the copies in PEM are those of its own keys


def test_stores_without_a_directory_are_verified_and_opened_as_the_one_settings_file_says(
    directory: MakeDirectory, tmp_path: Path
) -> None:
    folder = directory()
    (folder / "zowe-certificates.env").unlink()
    settings = tmp_path / "my.env"
    flags = "VERIFY_CERTIFICATES=false\nNONSTRICT_VERIFY_CERTIFICATES=true\n"
    settings.write_text(f"HOSTNAME=a.example.com\nKEYSTORE_PASSWORD={PASSWORD}\n{flags}", encoding="utf-8")
    for source in (folder, folder / "localhost/localhost.keystore.p12"):
        (found,) = scene_of(source, settings=(settings,)).sets
        assert (found.mode, found.hosts) == (Mode.NONSTRICT, ("a.example.com",))


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("VERIFY_CERTIFICATES=false\n", Mode.DISABLED),
        ("VERIFY_CERTIFICATES=false\nCOMPONENT_LEVEL_CERTIFICATES=zss\n", Mode.NONSTRICT),
        ("HOSTNAME=a.example.com\n", Mode.STRICT),
    ],
)
def test_the_mode_of_settings_that_leave_a_flag_out_is_that_of_their_release(
    tmp_path: Path, text: str, mode: Mode
) -> None:
    (tmp_path / "my.env").write_text(text, encoding="utf-8")
    (file,) = scene_of(tmp_path / "my.env").setup_files
    assert file.mode is mode


def test_a_copy_in_pem_of_a_key_in_a_store_makes_no_second_set(tmp_path: Path, zosmf: Issued) -> None:
    p12(tmp_path / "keys.p12", KeyContent("zowe", zosmf.key, zosmf.chain))
    (tmp_path / "copy.pem").write_bytes(pem(tmp_path / "cert.pem", zosmf).read_bytes() + key_pem(zosmf.key))
    assert [found.name for found in scene_of(tmp_path).sets] == ["zowe in keys.p12"]
    (found,) = scene_of(tmp_path / "copy.pem").sets
    assert found.entry
    assert found.entry.alias == "key"


def test_each_keystore_goes_with_the_trust_store_beside_it(tmp_path: Path, zosmf: Issued, zosmf_ca: Issued) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        p12(tmp_path / name / "truststore.p12", TrustedContent("ca", zosmf_ca.certificate))
        p12(tmp_path / name / "keystore.p12", KeyContent("key", zosmf.key, zosmf.chain))
    for found in scene_of(tmp_path).sets:
        assert found.keystore
        assert found.truststore
        assert Path(found.truststore.source).parent == Path(found.keystore.source).parent


def test_one_store_may_be_both(tmp_path: Path, zosmf: Issued, zosmf_ca: Issued) -> None:
    both = KeyContent("key", zosmf.key, zosmf.chain), TrustedContent("ca", zosmf_ca.certificate)
    (found,) = scene_of(p12(tmp_path / "both.p12", *both)).sets
    assert found.truststore == found.keystore
    (other,) = scene_of(p12(tmp_path / "key.p12", both[0])).sets
    assert other.truststore is None


def test_of_several_keys_the_first_or_the_named_one_is_the_servers(tmp_path: Path, zosmf: Issued) -> None:
    path = p12(tmp_path / "keys.p12", *(KeyContent(name, zosmf.key, zosmf.chain) for name in ("one", "two")))
    for alias, expected in {"": "one", "TWO": "two"}.items():
        (found,) = scene_of(path, alias=alias).sets
        assert found.entry
        assert (found.entry.alias, len(found.others)) == (expected, 1)
    with pytest.raises(UsageError, match="no store among the sources has a private key with alias 'three'"):
        scene_of(path, alias="three")


def test_a_key_in_a_file_of_its_own_goes_with_its_certificate(tmp_path: Path, zosmf: Issued, zosmf_ca: Issued) -> None:
    (tmp_path / "server.key").write_bytes(key_pem(zosmf.key))
    pem(tmp_path / "server.cer", zosmf)
    authority = pem(tmp_path / "authority.cer", zosmf_ca)
    (found,) = scene_of(tmp_path, authorities=(str(authority),)).sets
    assert found.entry
    assert [facts.common_name for facts in found.entry.chain] == ["z/OSMF server"]
    assert [facts.common_name for facts in found.anchors] == ["z/OSMF CA"]
    assert scene_of(tmp_path).sets[0].anchors == ()  # a loose authority is trusted only where it is named so


def test_certificates_alone_are_services_and_authorities_are_none(
    tmp_path: Path, zosmf: Issued, zosmf_ca: Issued
) -> None:
    pem(tmp_path / "chain.pem", zosmf, zosmf_ca)
    pem(tmp_path / "authority.pem", zosmf_ca)
    scene = scene_of(tmp_path)
    (service,) = scene.services
    assert (service.name, service.host) == ("chain.pem", "zosmf.example.com")
    assert [facts.common_name for facts in service.chain] == ["z/OSMF server", "z/OSMF CA"]
    assert scene.sets == ()


def test_a_server_is_a_service_by_its_address(zosmf: Issued, zosmf_ca: Issued, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (tmp_path / "key.pem").write_bytes(key_pem(zosmf.key))
    context.load_cert_chain(pem(tmp_path / "chain.pem", zosmf, zosmf_ca), tmp_path / "key.pem")
    with serving(partial(_shake_hands, context)) as port:
        scene = scene_of(f"127.0.0.1:{port}")
    (service,) = scene.services
    assert (service.name, service.host, len(service.chain)) == (f"127.0.0.1:{port}", "127.0.0.1", 2)


def test_a_server_that_shows_zowes_certificate_is_zowe_itself(directory: MakeDirectory) -> None:
    folder = directory(ZOWE_CERTS_EBCDIC="false")
    with serving(tls(folder, ssl.TLSVersion.TLSv1_3, ssl.CERT_NONE)) as port:
        scene = scene_of(folder, f"127.0.0.1:{port}")
    assert scene.services == ()
    assert scene.notes == (
        f"127.0.0.1:{port} shows the certificate of a key that is here: it is Zowe itself, and no other server",
    )


def test_zosmf_is_the_certificate_that_the_settings_name(tmp_path: Path, zosmf: Issued, zosmf_ca: Issued) -> None:
    settings = tmp_path / "my.env"
    settings.write_text(f"ZOSMF_CERTIFICATE='{pem(tmp_path / 'server.pem', zosmf)} {tmp_path / 'missing.pem'}'\n")
    assert [(one.name, one.host) for one in scene_of(settings).services] == [("z/OSMF", "zosmf.example.com")]
    settings.write_text(f"ZOSMF_CERTIFICATE='{pem(tmp_path / 'ca.pem', zosmf_ca)}'\n")
    assert [(one.name, one.chain) for one in scene_of(settings).services] == [("z/OSMF", ())]


def test_a_listing_of_racf_is_a_set_for_each_ring_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "ring.txt").write_text(LIST_USER + LIST_CERTAUTH, encoding="utf-8")
    rings = {found.ring: found for found in scene_of(tmp_path / "ring.txt").sets}
    assert set(rings) == {"ZWESVUSR/ZoweKeyring", "IZUSVR/IZUKeyring.ALDER"}
    entry = rings["ZWESVUSR/ZoweKeyring"].entry
    assert entry
    assert entry.alias == "apiml node 1"


def test_a_directory_for_a_key_ring_has_its_set_from_the_listing(tmp_path: Path) -> None:
    folder = tmp_path / "keystore"
    folder.mkdir()
    (folder / "zowe-certificates.env").write_text(
        "KEY_ALIAS='apiml node 1'\nKEYSTORE_PASSWORD=password\nKEYRING_OWNER=zwesvusr\nKEYRING_NAME=ZoweKeyring\n"
        'KEYSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"\nKEYSTORE_TYPE=JCERACFKS\n'
        'TRUSTSTORE="${KEYSTORE}"\nZOWE_APIM_VERIFY_CERTIFICATES=true\n'
    )
    (found,) = scene_of(folder).sets
    assert found.problem == "key ring ZWESVUSR/ZoweKeyring is not here, or cannot be read"
    (tmp_path / "ring.txt").write_text(LIST_USER + LIST_CERTAUTH, encoding="utf-8")
    by_directory = {one.directory: one for one in scene_of(folder, tmp_path / "ring.txt").sets}
    entry = by_directory[folder].entry
    assert entry
    assert entry.alias == "apiml node 1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Zowe does not start without KEY_ALIAS and KEYSTORE and KEYSTORE_PASSWORD"),
        ("KEY_ALIAS=$(id)\n", "only a shell could evaluate this value"),
        ("KEY_ALIAS=\0\n", "the file is not text"),
        ("#" * (1 << 20) + "\n", "over 1 MiB is no settings file"),
    ],
    ids=["empty", "shell", "binary", "large"],
)
def test_a_file_of_zowes_that_cannot_be_used_is_a_note_in_a_folder_and_an_error_where_it_is_named(
    directory: MakeDirectory, text: str, said: str
) -> None:
    folder = directory()
    (folder / "zowe-certificates.env").write_text(text, encoding="utf-8")
    scene = scene_of(folder)
    assert scene.directories == ()
    assert len(scene.notes) == 1
    assert said in scene.notes[0]
    with pytest.raises(SettingsError, match=re.escape(said)):
        scene_of(settings=(folder / "zowe-certificates.env",))


def test_a_file_that_sets_nothing_of_zowes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.env").write_text("PATH=/bin\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"sets nothing that one of Zowe's files sets"):
        scene_of(tmp_path / "other.env")


def test_what_cannot_be_opened_leaves_a_set_that_says_so(directory: MakeDirectory) -> None:
    folder = directory()
    text = (folder / "zowe-certificates.env").read_text(encoding="utf-8")
    (folder / "zowe-certificates.env").write_text(text.replace(PASSWORD, "another-one"), encoding="utf-8")
    scene = scene_of(folder)
    (found,) = scene.sets
    assert (found.entry, found.keystore) == (None, None)
    assert found.problem == f"{DIRECTORY}/localhost/localhost.keystore.p12 is not here, or cannot be read"
    assert any(row.error for row in scene.rows)
    assert "another-one" not in repr(scene)


def test_an_alias_that_the_keystore_lacks_is_said(directory: MakeDirectory) -> None:
    folder = directory()
    text = (folder / "zowe-certificates.env").read_text(encoding="utf-8")
    (folder / "zowe-certificates.env").write_text(text.replace('"localhost"', '"localca"'), encoding="utf-8")
    (found,) = scene_of(folder).sets
    assert found.problem == f"{DIRECTORY}/localhost/localhost.keystore.p12 has no private key with alias localca"


def test_a_scene_is_told_as_json_without_a_password(directory: MakeDirectory, instance: Callable[..., Path]) -> None:
    folder = directory()
    told = scene_of(folder, instance("prod")).as_dict()
    assert told["sets"][0]["directory"] == told["instances"][0]["found"] == str(folder)
    assert PASSWORD not in str(told)


def test_nothing_at_all_is_an_empty_scene(tmp_path: Path) -> None:
    scene = scene_of(tmp_path)
    assert (scene.sets, scene.services, scene.rows, scene.notes) == ((), (), (), ())


def test_an_unreadable_source_is_a_row_and_hides_nothing(directory: MakeDirectory, tmp_path: Path) -> None:
    scene = scene_of(tmp_path / "missing.p12", directory())
    assert [str(row.error) for row in scene.rows if row.error] == [
        f"{tmp_path / 'missing.p12'} cannot be read: No such file or directory"
    ]
    assert len(scene.sets) == 1


def _shake_hands(context: ssl.SSLContext, connection: socket.socket) -> None:
    try:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)
    except OSError:
        return
