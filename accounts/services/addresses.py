"""A shopper's addresses: sealed, at most `MOST_ADDRESSES`, one of them the default."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import AddressNotFound, TooManyAddresses
from accounts.models import Address, Shopper
from common.clock import now
from common.sealing import decrypt_text, encrypt_text

MOST_ADDRESSES = 20


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Who receives where. `phone` is normalised; `region_code` a division code (GB/T 2260)."""

    receiver: str
    phone: str
    region_code: str
    region: str
    detail: str


def sealed_postal(postal: PostalAddress) -> bytes:
    """Return an address as it is stored, here and with an order."""
    return encrypt_text(json.dumps(asdict(postal), ensure_ascii=False))


def opened_postal(sealed: bytes | memoryview) -> PostalAddress:
    """Return what a stored address says. Raises CannotUnseal."""
    return PostalAddress(**json.loads(decrypt_text(bytes(sealed))))


def opened(address: Address) -> PostalAddress:
    """Return what one of a shopper's addresses says. Raises CannotUnseal."""
    return opened_postal(address.sealed)


@transaction.atomic
def add_address(shopper: Shopper, postal: PostalAddress, *, is_default: bool) -> Address:
    """Keep an address; the first one is the default. Raises TooManyAddresses."""
    _locked(shopper)
    standing = Address.objects.filter(shopper=shopper).count()
    if standing >= MOST_ADDRESSES:
        raise TooManyAddresses(_("最多保存 %(most)d 个收货地址。") % {"most": MOST_ADDRESSES})
    is_default = is_default or standing == 0
    if is_default:
        Address.objects.filter(shopper=shopper).update(is_default=False)
    return Address.objects.create(
        shopper=shopper,
        sealed=sealed_postal(postal),
        region_code=postal.region_code,
        is_default=is_default,
        created_at=now(),
    )


@transaction.atomic
def change_address(
    shopper: Shopper, public_id: UUID, postal: PostalAddress, *, is_default: bool
) -> Address:
    """Say an address anew. Raises AddressNotFound, also for somebody else's."""
    _locked(shopper)
    address = find_address(shopper, public_id)
    if is_default:
        Address.objects.filter(shopper=shopper).exclude(pk=address.pk).update(is_default=False)
    address.sealed, address.region_code = sealed_postal(postal), postal.region_code
    address.is_default = address.is_default or is_default
    address.save(update_fields=["sealed", "region_code", "is_default"])
    return address


@transaction.atomic
def forget_address(shopper: Shopper, public_id: UUID) -> None:
    """Delete an address; the newest of the others becomes the default where it was that."""
    _locked(shopper)
    address = find_address(shopper, public_id)
    address.delete()
    newest = Address.objects.filter(shopper=shopper).order_by("-pk").first()
    if address.is_default and newest is not None:
        Address.objects.filter(pk=newest.pk).update(is_default=True)


def find_address(shopper: Shopper, public_id: UUID) -> Address:
    """Return a shopper's address. Raises AddressNotFound, also for somebody else's."""
    address = Address.objects.filter(shopper=shopper, public_id=public_id).first()
    if address is None:
        raise AddressNotFound(_("没有这个收货地址。"))
    return address


def _locked(shopper: Shopper) -> None:
    """Let one request at a time change a shopper's addresses."""
    Shopper.objects.select_for_update().get(pk=shopper.pk)
