"""Trust anchor and issuers: what there is, what has to be made and why, and making it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from helpers.localcluster import signing
from helpers.localcluster.chain import (
    CertificateError,
    Files,
    Found,
    find,
    signed,
    wrong_anchor,
    wrong_issuer,
)
from helpers.localcluster.files import locked, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from helpers.localcluster.model import Cluster


@dataclass(frozen=True, slots=True)
class Order:
    """A certificate that has to be made, with its key.

    Attributes:
        cluster: The cluster whose issuer it is; None for the trust anchor.
        files: Where it is to be.
        reason: Why: "missing", "expires on 2027-03-01", …
    """

    cluster: str | None
    files: Files
    reason: str

    def __str__(self) -> str:
        what = f"issuer of {self.cluster}" if self.cluster else "trust anchor"
        return f"{what}: {self.files.certificate} and {self.files.key} ({self.reason})"


def anchor_files(trust: Path) -> Files:
    """Return where the trust anchor is, in the folder `trust`."""
    return Files(trust / "root.crt", trust / "root.key")


def issuer_files(cluster: Cluster) -> Files:
    """Return where a cluster's issuer is: beside its definition."""
    return Files(cluster.folder / "issuer.crt", cluster.folder / "issuer.key")


def decide(
    trust: Path,
    wanted: Sequence[Cluster],
    clusters: Sequence[Cluster],
    *,
    renew: bool = False,
    now: datetime | None = None,
) -> tuple[Order, ...]:
    """Return what has to be made so that some clusters have good issuers; nothing is written.

    Args:
        trust: The folder of the trust anchor.
        wanted: The clusters.
        clusters: All clusters that may have an issuer which the trust anchor signed.
        renew: Make everything anew, the trust anchor, too.
        now: The time; by default the present.

    Returns:
        The certificates, the trust anchor first, in the order of `wanted`; often none.

    Raises:
        CertificateError: The trust anchor would be replaced, and clusters that are not wanted have
            issuers that it signed; or files cannot be read.
    """
    now = now or datetime.now(UTC)
    issuers = {cluster.name: find(issuer_files(cluster)) for cluster in clusters}
    wanted_issuers = {cluster.name: find(issuer_files(cluster)) for cluster in wanted}
    anchor = find(anchor_files(trust))
    others = {name: found for name, found in issuers.items() if name not in wanted_issuers}
    reasons = _reasons(anchor, wanted_issuers, renew, now)
    depending = [name for name, found in others.items() if _depends(found, anchor, now)]
    if None in reasons and depending:
        raise CertificateError(
            f"the trust anchor {anchor_files(trust).certificate} has to be made anew"
            f" ({reasons[None]}), and with it the issuers of {', '.join(depending)}, which it"
            " signed; name these clusters, too"
        )
    files = {None: anchor_files(trust)} | {each.name: issuer_files(each) for each in wanted}
    return tuple(Order(name, files[name], reason) for name, reason in reasons.items())


def _reasons(
    anchor: Found, issuers: Mapping[str, Found], renew: bool, now: datetime
) -> dict[str | None, str]:
    """Return why which issuers have to be made anew; None is the trust anchor's name."""
    replaced = "renewal was asked for" if renew else wrong_anchor(anchor, now)
    issuer_reasons = {
        name: wrong_issuer(found, anchor.certificate, now) for name, found in issuers.items()
    }
    # Without its key, a trust anchor is still good for the issuers that it signed.
    if any(issuer_reasons.values()) and not replaced:
        replaced = anchor.reason
    if not replaced:
        return {name: reason for name, reason in issuer_reasons.items() if reason}
    why = "renewal was asked for" if renew else "the trust anchor is new"
    return {None: replaced} | {name: reason or why for name, reason in issuer_reasons.items()}


def issue(
    trust: Path,
    wanted: Sequence[Cluster],
    clusters: Sequence[Cluster],
    *,
    renew: bool = False,
    now: datetime | None = None,
) -> tuple[Order, ...]:
    """Make what `decide` says, and return it.

    Keys can be read by the user alone. Where this is interrupted, the next call makes what is
    missing: a key that is not its certificate's is noticed.

    Raises:
        CertificateError: As `decide`; or files cannot be written.
    """
    now = now or datetime.now(UTC)
    if not decide(trust, wanted, clusters, renew=renew, now=now):
        return ()
    try:
        with locked(trust):
            # Meanwhile somebody else may have made them.
            orders = decide(trust, wanted, clusters, renew=renew, now=now)
            _make(trust, orders, now)
    except OSError as error:
        raise CertificateError(f"{error.filename} cannot be written: {error.strerror}") from None
    return orders


def _depends(found: Found, anchor: Found, now: datetime) -> bool:
    """Whether an issuer is of use and would not be so with another trust anchor."""
    if found.certificate is None or found.certificate.not_valid_after_utc <= now:
        return False
    return anchor.certificate is None or signed(found.certificate, anchor.certificate)


def _make(trust: Path, orders: Sequence[Order], now: datetime) -> None:
    anchor: signing.Authority | None = None
    for order in orders:
        if order.cluster is None:
            made = anchor = signing.anchor(now)
        else:
            anchor = anchor or _present(trust)
            made = signing.issuer(anchor, now)
        write_whole(
            (order.files.key, made.key_pem, 0o600),
            (order.files.certificate, made.certificate_pem, 0o644),
        )


def _present(trust: Path) -> signing.Authority:
    found = find(anchor_files(trust))
    if found.certificate is None or found.key is None:
        raise CertificateError(f"{anchor_files(trust).certificate} went away meanwhile")
    return signing.Authority(found.certificate, found.key)
