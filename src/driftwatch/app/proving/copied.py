"""What a copy of a schema can't hold as the original does: secrets, a failed index, whether a view has rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from driftwatch.model.key import Key
    from driftwatch.model.snapshot import Object, Snapshot


def like_original(
    original: Snapshot, before: Snapshot, after: Snapshot, was: Callable[[Key], Key]
) -> Iterator[tuple[Key, Object]]:
    """The objects of a copy after renames, with all that these left alone as the original has it.

    Args:
        original: what was copied.
        before: the copy as it was made.
        after: the copy after the renames.
        was: the key of something renamed, or in it, as it was before; of another one maybe a key that is not there.
    """
    for key, item in after.objects.items():
        whence = next((known for known in (was(key), key) if known in before.objects), key)
        copied, real = before.get(whence), original.get(whence)
        yield key, item if copied is None or real is None else _like(real, copied, item)


def _like(real: Object, copied: Object, item: Object) -> Object:
    if item == copied:
        return real
    values = zip(real._fields, real, copied, item, strict=True)
    return item._replace(**{name: own for name, own, made, now in values if now == made})
