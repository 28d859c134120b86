"""`driftwatch compare`: from the command line's words to a `CompareRequest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from driftwatch.cli.options import Words, common, configuration, invocation, source_argument
from driftwatch.config import (
    Color,
    CompareRequest,
    FailOn,
    Format,
    Include,
    Rename,
    Verify,
    find_pair,
    find_target,
    parse_rename,
)
from driftwatch.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from driftwatch.config import Config


_FILES: Mapping[str, Format] = {
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".json": Format.JSON,
    ".sarif": Format.SARIF,
    ".xml": Format.JUNIT,
    ".sql": Format.SQL,
    ".txt": Format.TEXT,
}
"""How files of each format end."""


class RenameOption(click.ParamType[Rename]):
    """`kind old.path = new`."""

    name = "kind old=new"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Rename:
        """Reads a rename."""
        try:
            return parse_rename(str(value))
        except ConfigError as error:
            self.fail(str(error), param, ctx)


class Options(TypedDict):
    """The command's options, as click hands them over."""

    desired: str | None
    actual: str | None
    include: tuple[frozenset[Include], ...]
    schema: tuple[str, ...]
    rename: tuple[Rename, ...]
    fail_on: frozenset[FailOn] | None
    verify: Verify | None
    no_verify: bool
    unproved: bool
    format: Format
    output: Path | None
    base: str | None
    no_report: bool
    baseline: Path | None
    color: Color


@click.command()
@source_argument("desired", required=False)
@source_argument("actual", required=False)
@click.option("--include", type=Words(Include), multiple=True, help="Compare these too.")
@click.option("--schema", metavar="PATTERN", multiple=True, help="Only schemas of this name (* and ? stand for any).")
@click.option(
    "--rename",
    type=RenameOption(),
    multiple=True,
    help="Take it as a rename, not as a drop and an addition: 'column public.users.email = mail'.",
)
@click.option("--fail-on", type=Words(FailOn, none="never"), help="What makes the exit code 2.  [default: drift]")
@click.option(
    "--verify",
    type=click.Choice(Verify, case_sensitive=False),
    help="How to prove the migration: quick, on a rebuild of what it touches; full, the rebuild itself checked by "
    "pg_dump; off.  [default: quick]",
)
@click.option("--no-verify", is_flag=True, help="The same as --verify off.")
@click.option("--unproved", is_flag=True, help="Print executable SQL although it was not proved.")
@click.option(
    "--format",
    type=click.Choice(Format, case_sensitive=False),
    default=Format.TEXT,
    help="What to print on stdout.  [default: text]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that reports are written to.  [default: reports]",
)
@click.option(
    "--base",
    metavar="SOURCE",
    help="The common ancestor (a snapshot, git:REF:PATH, …) that tells who moved.  [default: the migrations directory]",
)
@click.option("--no-report", is_flag=True, help="Write no report.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A report.json; with --fail-on new, what it lists is not new.  [default: the history]",
)
@click.option(
    "--color", type=click.Choice(Color, case_sensitive=False), default=Color.AUTO, help="Colours.  [default: auto]"
)
@common
@click.pass_context
def command(context: click.Context, /, **options: Unpack[Options]) -> None:
    """Compare two schemas: what differs, and the migration that brings ACTUAL (prod) to DESIRED (dev).

    Each side is a database of config.yaml, a connection URL, an .sql file, a folder of them, or a snapshot. Without
    any, the pair that config.yaml names is compared.

    \b
    Exit codes: 0 nothing that --fail-on names; 2 something it names; 1 an error, or a failed proof.
    """
    config = configuration(context)
    request = compare_request(config, options, quiet=invocation(context).quiet)
    from driftwatch.app.compare import compare

    context.exit(compare(request, config))


def compare_request(config: Config, options: Options, *, quiet: bool) -> CompareRequest:
    """The options of the command line over those of the configuration.

    Raises:
        click.UsageError: options that do not go together.
        DriftwatchError: a side that cannot be found, or is missing.
    """
    fail_on = config.fail_on if options["fail_on"] is None else options["fail_on"]
    if options["baseline"] and FailOn.NEW not in fail_on:
        raise click.UsageError("--baseline says what is not new: it goes with --fail-on new.")
    return CompareRequest(
        pair=find_pair(config, options["desired"], options["actual"], options["schema"]),
        include=config.include.union(*options["include"]),
        renames=config.renames + options["rename"],
        fail_on=fail_on,
        verify=_verify(config, options),
        unproved=options["unproved"],
        base=find_target(options["base"], config).source if options["base"] else None,
        format=options["format"],
        reports=_reports(config, options),
        quiet=quiet,
        color=options["color"],
        ledger=_moves_ledger(config, options),
        baseline=options["baseline"],
    )


def _moves_ledger(config: Config, options: Options) -> bool:
    """A ledger is of two configured databases, compared as configured: with less in scope things would seem gone."""
    named = all(side is None or side in config.databases for side in (options["desired"], options["actual"]))
    return named and not (options["include"] or options["schema"] or options["rename"])


def _verify(config: Config, options: Options) -> Verify:
    if options["no_verify"] and options["verify"] not in {None, Verify.OFF}:
        raise click.UsageError("--no-verify and --verify contradict each other.")
    verify = Verify.OFF if options["no_verify"] else options["verify"] or config.verify
    if verify is Verify.OFF and options["format"].executable and not options["unproved"]:
        raise click.UsageError(
            f"--format {options['format']} prints SQL that was proved: let it be verified, or add --unproved."
        )
    return verify


def _reports(config: Config, options: Options) -> Path | None:
    if options["no_report"] and options["output"]:
        raise click.UsageError("--no-report and --output contradict each other.")
    if options["no_report"]:
        return None
    output = options["output"]
    if output and output.suffix.lower() in _FILES and not output.is_dir():
        raise click.UsageError(
            f"--output names a folder, which gets all reports, and {output} looks like a file: "
            f"'--format {_FILES[output.suffix.lower()]} --no-report > {output}' writes one."
        )
    return options["output"] or config.base_dir / config.reports.directory
