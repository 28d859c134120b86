"""`driftwatch pull`: a schema as files that load back to it."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from driftwatch.app.comparison.findings import group
from driftwatch.app.migrating.directory import live
from driftwatch.app.progress import Progress
from driftwatch.app.session import Session
from driftwatch.diff.compare import compare, drift
from driftwatch.diff.masks import Scope
from driftwatch.diff.scope import in_scope
from driftwatch.errors import PlanError, SourceError
from driftwatch.migrations.tool import to_node_url
from driftwatch.plan.files import Sheet, arrange
from driftwatch.plan.planner import plan
from driftwatch.report.display import plural, visible
from driftwatch.sources import prisma_schema
from driftwatch.sources.locate import SqlSource
from driftwatch.sources.sql_script import LISTING
from driftwatch.sql import quote_list
from driftwatch.verify.build import snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from driftwatch.config import Config
    from driftwatch.config.workflow import PullRequest
    from driftwatch.model.plan import Plan, Step
    from driftwatch.model.snapshot import Snapshot

_HEAD = """-- The schema of one database, written by driftwatch pull; load it with psql -f {listing}
SET check_function_bodies = off;
SET search_path = {path};
"""
_LISTED = re.compile(r"\\ir '((?:[^']|'')*)'")


def pull(request: PullRequest, config: Config) -> int:
    """Write the files, or say what would change.

    Returns:
        The exit code: 0, or 2 where `check` found something to do.

    Raises:
        PlanError: the files would not load back to the same schema.
        DriftwatchError: the source can't be read, or the files can't be written.
    """
    with Session(config) as session, Progress() as progress:
        progress.stage(f"reading {request.target.name}")
        files = _files(request, session, progress)
    target = request.to.parent if _single(request) else request.to
    stale = () if _single(request) else tuple(_stale(target, files))
    changed = [name for name, text in files.items() if not _same(target / name, text)]
    for name in (*changed, *stale):
        click.echo(visible(f"{'would change' if request.check else 'changed'} {target / name}"), err=True)
    if request.check:
        return 2 if changed or stale else 0
    for name in changed:
        _write(target / name, files[name])
    for name in stale:
        (target / name).unlink(missing_ok=True)
    if request.prisma:
        _refresh_prisma(request)
    click.echo(visible(f"{plural(len(files), 'file')}, {len(changed) + len(stale)} changed"), err=True)
    return 0


def _single(request: PullRequest) -> bool:
    return request.to.suffix == ".sql"


def _files(request: PullRequest, session: Session, progress: Progress) -> Mapping[str, str]:
    """Each file's name in the folder and its text, shown to load back to the schema that was read."""
    kinds, config = session.kinds, session.config
    (reading,) = session.readers.read_all([request.target.source])
    shadow = session.shadow(reading.snapshot.server.major)
    with shadow.create_database() as database:
        start = snapshot_of(database, kinds)
    include = frozenset(map(str, config.include))
    scope = Scope(include, request.target.schemas, config.ignore.rules, builtin=config.ignore.builtin)
    wanted = in_scope(reading.snapshot, start, kinds, scope).desired
    made = plan(drift(compare(start, wanted, kinds)), start, wanted, kinds, with_data=False, include=include)
    if made.unplanned:
        raise PlanError(f"no statement was found for {made.unplanned[0].key}: {made.unplanned[0].reason}")
    by_name = {kind.name: kind for kind in kinds}
    sheets = arrange(made.steps, wanted, lambda key: group(key, wanted, by_name))
    files = _as_one(request, made) if _single(request) else dict(_as_folder(made, sheets))
    progress.stage("loading the files on the shadow")
    _prove(files, request, wanted, session, scope)
    return files


def _as_folder(made: Plan, sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    for sheet in sheets:
        yield sheet.name, _text(sheet.steps)
    listed = "".join(f"\\ir '{sheet.name}'\n" for sheet in sheets)
    yield LISTING, _HEAD.format(listing=LISTING, path=_path(made)) + listed


def _as_one(request: PullRequest, made: Plan) -> dict[str, str]:
    text = _HEAD.format(listing=request.to.name, path=_path(made)) + _text(tuple(made.steps))
    return {request.to.name: text}


def _path(made: Plan) -> str:
    wanted = next((each.search_path for each in made.transactions if each.search_path), ())
    return quote_list(wanted) or "''"


def _text(steps: Sequence[Step]) -> str:
    return "".join(f"{step.statement.sql};\n" for step in steps)


def _prove(files: Mapping[str, str], request: PullRequest, wanted: Snapshot, session: Session, scope: Scope) -> None:
    folder = Path(tempfile.mkdtemp(prefix="driftwatch-pull-"))
    session.stack.callback(shutil.rmtree, folder, ignore_errors=True)
    for name, text in files.items():
        _write(folder / name, text)
    source = folder / request.to.name if _single(request) else folder
    (reading,) = session.readers.read_all([SqlSource(source, "the files")])
    goal = in_scope(wanted, reading.snapshot, session.kinds, scope).desired
    left = drift(compare(reading.snapshot, goal, session.kinds))
    if left:
        names = ", ".join(str(change.key) for change in left[:5])
        raise PlanError(f"nothing was written: loaded on the shadow the files make another schema ({names})")


def _stale(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    """What the load.sql that is there lists and the new one doesn't."""
    listing = folder / LISTING
    if listing.is_file():
        for name in _LISTED.findall(listing.read_text(encoding="utf-8", errors="replace")):
            inside = (folder / name).resolve().is_relative_to(folder.resolve())
            if name not in files and inside and (folder / name).is_file():
                yield name


def _same(file: Path, text: str) -> bool:
    return file.is_file() and file.read_bytes() == text.encode()


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    except OSError as error:
        raise SourceError(f"{file} cannot be written: {error.strerror}") from error


def _refresh_prisma(request: PullRequest) -> None:
    url = to_node_url(live(request.target).conninfo)
    prisma_schema.refresh(prisma_schema.project_of(Path.cwd()), url)
    click.echo("schema.prisma was refreshed by 'prisma db pull'", err=True)
