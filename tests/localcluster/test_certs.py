"""Certificates as they are -> what is made anew and why, held to OpenSSL's own judgement."""

from __future__ import annotations

import os
import re
import select
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.localcluster import certs, chain, signing
from helpers.localcluster.chain import CertificateError

TRUST = Path("certs")
NOW = datetime.now(UTC)
ROOT_CRT, ROOT_KEY = certs.anchor_files(TRUST)
ANCHOR = signing.anchor(NOW)
OTHER = signing.anchor(NOW)


@pytest.fixture
def clusters(folder):
    """Two clusters, `color` and `faces`."""
    folder.define("color", "C1/C")
    folder.define("faces", "A1/A")
    return folder.load().clusters


def openssl(*arguments: str | Path, check: bool = True) -> str:
    done = subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def issuer_crt(name: str) -> Path:
    return Path(f"clusters/{name}/issuer.crt")


def issuer_key(name: str) -> Path:
    return Path(f"clusters/{name}/issuer.key")


def told(orders) -> list[tuple[str | None, str]]:
    return [(order.cluster, order.reason) for order in orders]


def tree() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def put(authority: signing.Authority, crt: Path, key: Path) -> None:
    crt.parent.mkdir(exist_ok=True)
    crt.write_bytes(authority.certificate_pem)
    key.write_bytes(authority.key_pem)


def all_is_well(*names: str) -> bool:
    """Whether OpenSSL takes the chains, and each key is its certificate's."""
    for crt, key in ((ROOT_CRT, ROOT_KEY), *((issuer_crt(n), issuer_key(n)) for n in names)):
        in_crt = openssl("x509", "-in", crt, "-noout", "-pubkey")
        assert in_crt == openssl("pkey", "-in", key, "-pubout")
        assert f"{crt}: OK" in openssl("verify", "-x509_strict", "-CAfile", ROOT_CRT, crt)
    return not list(Path().rglob(".new-*"))


def test_from_nothing(clusters):
    orders = certs.issue(TRUST, clusters, clusters)
    assert [str(order) for order in orders] == [
        "trust anchor: certs/root.crt and certs/root.key (missing)",
        "issuer of color: clusters/color/issuer.crt and clusters/color/issuer.key (missing)",
        "issuer of faces: clusters/faces/issuer.crt and clusters/faces/issuer.key (missing)",
    ]
    assert all_is_well("color", "faces")


def test_what_is_good_stays(clusters):
    certs.issue(TRUST, clusters, clusters)
    before = tree()
    assert certs.issue(TRUST, clusters, clusters) == ()
    assert tree() == before


# defect 1: a dry run deleted the keys.
def test_a_decision_touches_nothing(clusters):
    assert len(certs.decide(TRUST, clusters, clusters)) == 3
    assert not TRUST.exists()
    certs.issue(TRUST, clusters, clusters)
    before = tree()
    assert len(certs.decide(TRUST, clusters, clusters, renew=True)) == 3
    assert tree() == before


@pytest.mark.parametrize(
    ("crt", "name", "length", "days", "signer"),
    [
        (ROOT_CRT, "root.linkerd.cluster.local", 1, 3650, None),
        (issuer_crt("color"), "identity.linkerd.cluster.local", 0, 365, ROOT_CRT),
    ],
)
def test_what_linkerd_asks_for(clusters, crt, name, length, days, signer):
    certs.issue(TRUST, clusters, clusters, now=NOW)
    made = x509.load_pem_x509_certificate(crt.read_bytes())
    assert made.subject.rfc4514_string() == f"CN={name}"
    assert made.issuer.rfc4514_string() == "CN=root.linkerd.cluster.local"
    assert isinstance(made.public_key(), ec.EllipticCurvePublicKey)
    assert made.public_key().curve.name == "secp256r1"
    assert made.signature_hash_algorithm.name == "sha256"
    assert made.not_valid_before_utc == NOW.replace(microsecond=0) - timedelta(minutes=5)
    assert made.not_valid_after_utc == NOW.replace(microsecond=0) + timedelta(days=days)
    assert made.serial_number.bit_length() > 100
    extensions = {extension.oid: extension for extension in made.extensions}
    constraints = extensions.pop(x509.BasicConstraints.oid)
    assert (constraints.critical, constraints.value) == (True, x509.BasicConstraints(True, length))
    usage = extensions.pop(x509.KeyUsage.oid)
    assert usage.critical
    assert (usage.value.key_cert_sign, usage.value.crl_sign) == (True, True)
    assert not usage.value.digital_signature
    own = extensions.pop(x509.SubjectKeyIdentifier.oid).value
    assert own == x509.SubjectKeyIdentifier.from_public_key(made.public_key())
    if signer:
        by = x509.load_pem_x509_certificate(signer.read_bytes())
        identifier = x509.SubjectKeyIdentifier.from_public_key(by.public_key()).digest
        assert extensions.pop(x509.AuthorityKeyIdentifier.oid).value.key_identifier == identifier
    assert not extensions


def test_serial_numbers_differ(clusters):
    certs.issue(TRUST, clusters, clusters)
    crts = [ROOT_CRT, issuer_crt("color"), issuer_crt("faces")]
    assert len({openssl("x509", "-in", crt, "-noout", "-serial") for crt in crts}) == 3


def test_an_issuer_signs_what_openssl_takes_and_no_authority(clusters):
    certs.issue(TRUST, clusters, clusters)
    crt, key = issuer_crt("color"), issuer_key("color")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "leaf.key")
    openssl("req", "-new", "-key", "leaf.key", "-subj", "/CN=web", "-out", "leaf.csr")
    for name, extension in (("leaf", "CA:FALSE"), ("authority", "CA:TRUE")):
        Path("ext").write_text(f"basicConstraints=critical,{extension}\n")
        signs = ("x509", "-req", "-in", "leaf.csr", "-CA", crt, "-CAkey", key, "-extfile", "ext")
        openssl(*signs, "-out", f"{name}.crt")
    openssl("req", "-new", "-key", "leaf.key", "-subj", "/CN=deep", "-out", "deep.csr")
    Path("ext").write_text("basicConstraints=critical,CA:FALSE\n")
    signs = ("-CA", "authority.crt", "-CAkey", "leaf.key", "-extfile", "ext", "-out", "deep.crt")
    openssl("x509", "-req", "-in", "deep.csr", *signs)
    verify = ("verify", "-CAfile", ROOT_CRT, "-untrusted", crt)
    assert "leaf.crt: OK" in openssl(*verify, "leaf.crt")
    refused = openssl(*verify, "-untrusted", "authority.crt", "deep.crt", check=False)
    assert "path length constraint exceeded" in refused


def put_issuer(by: signing.Authority, age: timedelta = timedelta(0)):
    """What puts an issuer of some age; it lives a year."""
    return lambda crt, key: put(signing.issuer(by, NOW - age), crt, key)


YEAR, DAY = timedelta(days=365), timedelta(days=1)
SOON = YEAR - 59 * DAY
SPOILED = {
    "missing": lambda crt, key: crt.unlink(),
    "its key is missing": lambda crt, key: key.unlink(),
    "what is there is no certificate": lambda crt, key: crt.write_bytes(crt.read_bytes()[:99]),
    "what is there is no key": lambda crt, key: key.write_text("soup"),
    "its key is another one's": lambda crt, key: key.write_bytes(OTHER.key_pem),
    "not signed by the present trust anchor": put_issuer(OTHER),
    f"expires on {NOW + 59 * DAY:%Y-%m-%d}": put_issuer(ANCHOR, SOON),
    f"expired on {NOW - DAY:%Y-%m-%d}": put_issuer(ANCHOR, YEAR + DAY),
    f"not valid before {NOW + DAY - timedelta(minutes=5):%Y-%m-%d %H:%M} UTC": put_issuer(
        ANCHOR, -DAY
    ),
}


def test_an_issuer_that_lives_for_61_days_more_stays(clusters):
    put(ANCHOR, ROOT_CRT, ROOT_KEY)
    for name in ("color", "faces"):
        put_issuer(ANCHOR, YEAR - 61 * DAY)(issuer_crt(name), issuer_key(name))
    assert certs.issue(TRUST, clusters, clusters) == ()


@pytest.mark.parametrize("reason", SPOILED, ids=lambda reason: re.split(" on | before", reason)[0])
def test_why_an_issuer_is_made_anew(clusters, reason):
    put(ANCHOR, ROOT_CRT, ROOT_KEY)
    certs.issue(TRUST, clusters, clusters)
    before = tree()
    SPOILED[reason](issuer_crt("color"), issuer_key("color"))
    assert told(certs.issue(TRUST, clusters, clusters)) == [("color", reason)]
    assert all_is_well("color", "faces")
    color = {str(issuer_crt("color")), str(issuer_key("color")), "certs/.lock"}
    after = tree()
    assert {path for path in after if after[path] != before.get(path)} <= color


def own_anchor(*arguments: str) -> None:
    """A trust anchor that its user made."""
    TRUST.mkdir()
    new = ("req", "-x509", "-nodes", "-subj", "/CN=mine", "-keyout", ROOT_KEY, "-out", ROOT_CRT)
    usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl(*new, "-days", "300", *usage, *arguments)


P256 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (P256, None),
        (("-newkey", "rsa:2048"), None),
        (("-newkey", "rsa:1024"), "its key is neither ECDSA P-256 nor RSA of 2048 or 4096 bits"),
        (
            ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"),
            "its key is neither ECDSA P-256 nor RSA of 2048 or 4096 bits",
        ),
        ((*P256, "-addext", "basicConstraints=critical,CA:FALSE"), "it is no authority"),
        (
            (*P256, "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0"),
            "it may sign no issuer",
        ),
        ((*P256, "-days", "50"), "expires on"),
    ],
)
def test_a_trust_anchor_of_ones_own(clusters, arguments, reason):
    own_anchor(*arguments)
    made = told(certs.issue(TRUST, clusters, clusters))
    assert [(name, why) for name, why in made if name] == [
        ("color", "missing"),
        ("faces", "missing"),
    ]
    assert [why[: len(reason)] for name, why in made if not name] == ([reason] if reason else [])
    assert all_is_well("color", "faces")


def test_an_issuer_does_not_outlive_its_trust_anchor(clusters):
    own_anchor(*P256)
    certs.issue(TRUST, clusters, clusters)
    ends = [
        openssl("x509", "-in", crt, "-noout", "-enddate") for crt in (ROOT_CRT, issuer_crt("color"))
    ]
    assert ends[0] == ends[1]


def test_a_trust_anchor_without_its_key_is_good_for_what_it_signed(clusters):
    certs.issue(TRUST, clusters, clusters)
    ROOT_KEY.unlink()
    assert certs.issue(TRUST, clusters, clusters) == ()
    issuer_crt("color").unlink()
    assert told(certs.issue(TRUST, clusters, clusters)) == [
        (None, "its key is missing"),
        ("color", "missing"),
        ("faces", "the trust anchor is new"),
    ]
    assert all_is_well("color", "faces")


# defect 10: the key stayed where the certificate was missing, and was in the way.
def test_a_key_without_its_trust_anchor_is_not_in_the_way(clusters):
    certs.issue(TRUST, clusters, clusters)
    ROOT_CRT.unlink()
    assert told(certs.issue(TRUST, clusters, clusters)) == [
        (None, "missing"),
        ("color", "the trust anchor is new"),
        ("faces", "the trust anchor is new"),
    ]
    assert all_is_well("color", "faces")


# defect 9: the trust anchor was replaced under the issuers of the other clusters.
@pytest.mark.parametrize(
    ("spoil", "reason", "renew"),
    [
        (lambda: None, "renewal was asked for", True),
        (ROOT_CRT.unlink, "missing", False),
        (lambda: ROOT_KEY.unlink() or issuer_crt("color").unlink(), "its key is missing", False),
    ],
)
def test_a_trust_anchor_is_not_replaced_under_the_issuers_of_others(clusters, spoil, reason, renew):
    color, faces = clusters
    certs.issue(TRUST, clusters, clusters)
    spoil()
    before = tree()
    with pytest.raises(CertificateError) as caught:
        certs.issue(TRUST, [color], clusters, renew=renew)
    assert str(caught.value) == (
        f"the trust anchor certs/root.crt has to be made anew ({reason}), and with it the issuers"
        " of faces, which it signed; name these clusters, too"
    )
    assert tree() == before
    assert len(certs.issue(TRUST, [color, faces], clusters, renew=renew)) == 3
    assert all_is_well("color", "faces")


@pytest.mark.parametrize(
    "others",
    [
        lambda crt, key: None,
        put_issuer(OTHER),
        put_issuer(ANCHOR, YEAR + DAY),
        lambda crt, key: crt.write_text("soup"),
    ],
    ids=["none", "of another trust anchor", "expired", "unreadable"],
)
def test_issuers_of_others_that_do_not_depend_on_a_trust_anchor(clusters, others):
    put(ANCHOR, ROOT_CRT, ROOT_KEY)
    others(issuer_crt("faces"), issuer_key("faces"))
    made = certs.issue(TRUST, clusters[:1], clusters, renew=True)
    assert [order.cluster for order in made] == [None, "color"]


@pytest.mark.parametrize("umask", [0, 0o077])
def test_keys_are_the_users_alone(clusters, umask):
    before = os.umask(umask)
    try:
        certs.issue(TRUST, clusters, clusters)
        issuer_crt("color").unlink()
        issuer_key("color").chmod(0o666)
        certs.issue(TRUST, clusters, clusters)
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (ROOT_KEY, issuer_key("color"))}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(ROOT_CRT.stat().st_mode) == 0o644
    assert stat.S_IMODE(TRUST.stat().st_mode) == 0o700


# A process that kills itself right before it puts its n-th file in its place.
KILLED = """
import os, signal, sys
from pathlib import Path
from helpers.localcluster import certs
from helpers.localcluster.definitions import load

left = int(sys.argv[1])
replace = Path.replace

def dying(self, target):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)

Path.replace = dying
clusters = load([Path("clusters")]).clusters
certs.issue(Path("certs"), clusters, clusters, renew=sys.argv[2] == "renew")
"""


@pytest.mark.parametrize("renew", ["renew", ""])
@pytest.mark.parametrize("after", range(6))
def test_what_was_interrupted_is_mended_the_next_time(clusters, after, renew):
    if renew:
        certs.issue(TRUST, clusters, clusters)
    environment = os.environ | {"PYTHONPATH": str(Path(certs.__file__).parents[2])}
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(after), renew], env=environment, check=False
    )
    assert died.returncode == -signal.SIGKILL
    certs.issue(TRUST, clusters, clusters)
    # What was wholly written stays, and everything goes together.
    assert certs.decide(TRUST, clusters, clusters) == ()
    for name in ("color", "faces"):
        assert chain.find(certs.issuer_files(next(c for c in clusters if c.name == name))).key
        openssl("verify", "-CAfile", ROOT_CRT, issuer_crt(name))


# A process that says so once it is about to make a trust anchor, and goes on when it is told to.
MAKES = """
import sys
from pathlib import Path
from helpers.localcluster import certs, signing
from helpers.localcluster.definitions import load

anchor = signing.anchor

def told(now):
    print("makes", flush=True)
    sys.stdin.readline()
    return anchor(now)

signing.anchor = told
clusters = load([Path("clusters")]).clusters
print(len(certs.issue(Path("certs"), clusters, clusters)), flush=True)
"""


def waits_for_a_lock(process: subprocess.Popen) -> bool:
    waiting = [
        line.split() for line in Path("/proc/locks").read_text().splitlines() if "->" in line
    ]
    return any(str(process.pid) in fields for fields in waiting)


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="needs /proc/locks, which Linux has")
def test_who_comes_at_the_same_time_waits_and_makes_nothing(clusters):
    environment = os.environ | {"PYTHONPATH": str(Path(certs.__file__).parents[2])}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    first = subprocess.Popen([sys.executable, "-c", MAKES], env=environment, **pipes)
    assert first.stdout.readline() == "makes\n"
    second = subprocess.Popen([sys.executable, "-c", MAKES], env=environment, **pipes)
    while not waits_for_a_lock(second):
        assert second.poll() is None, "it did not wait for the first one"
        assert not select.select([second.stdout], [], [], 0.01)[0], "it makes what the first makes"
    assert first.communicate("\n")[0] == "3\n"
    assert second.communicate("\n")[0] == "0\n"
    assert all_is_well("color", "faces")


def test_a_key_with_a_password(clusters):
    certs.issue(TRUST, clusters, clusters)
    openssl("ec", "-in", ROOT_KEY, "-aes256", "-passout", "pass:x", "-out", ROOT_KEY)
    with pytest.raises(
        CertificateError, match=r"^certs/root\.key has a password; write it without"
    ):
        certs.decide(TRUST, clusters, clusters)


def test_files_that_are_something_else(clusters):
    TRUST.write_text("")
    with pytest.raises(
        CertificateError, match=r"^certs/root\.crt cannot be read: Not a directory$"
    ):
        certs.issue(TRUST, clusters, clusters)
    TRUST.unlink()
    issuer_key("faces").mkdir()
    with pytest.raises(CertificateError, match=r"issuer\.key cannot be read: Is a directory$"):
        certs.issue(TRUST, clusters, clusters)


def test_a_folder_that_cannot_be_made(clusters):
    Path("certs").symlink_to("/proc/none/certs")
    with pytest.raises(CertificateError, match="cannot be written: "):
        certs.issue(TRUST, clusters, clusters)


SPOILS = st.lists(
    st.tuples(
        st.sampled_from(["certs/root", "clusters/color/issuer", "clusters/faces/issuer"]),
        st.sampled_from(["crt", "key"]),
        st.sampled_from(
            [None, b"", b"soup", ANCHOR.key_pem, ANCHOR.certificate_pem, OTHER.key_pem]
        ),
    ),
    max_size=4,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SPOILS)
def test_whatever_is_wrong_is_mended(clusters, spoils):
    certs.issue(TRUST, clusters, clusters)
    for path, end, content in spoils:
        file = Path(f"{path}.{end}")
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)
    certs.issue(TRUST, clusters, clusters)
    assert certs.issue(TRUST, clusters, clusters) == ()
    anchor = x509.load_pem_x509_certificate(ROOT_CRT.read_bytes())
    for cluster in clusters:
        found = chain.find(certs.issuer_files(cluster))
        assert found.key
        assert chain.signed(found.certificate, anchor)
