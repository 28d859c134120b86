"""The files around the container, held against their schemas and linters, and by what they must agree on."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from driftwatch.config import read_config

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")
WORKFLOW = ROOT / "examples/github/schema-drift.yml"


def ran(program: str, *arguments: str | Path) -> str:
    """What a program of this environment complains of; nothing where all is well."""
    command = [str(Path(sys.executable).parent / program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return "" if done.returncode == 0 else done.stdout + done.stderr or "failed"


def test_hadolint_has_nothing_to_say() -> None:
    assert ran("hadolint", "Dockerfile") == ""


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.compose-spec", "docker-compose.yml"),
        ("vendor.github-actions", "action.yml"),
        ("vendor.github-workflows", WORKFLOW),
    ],
)
def test_a_file_follows_its_schema(schema: str, file: str | Path) -> None:
    assert ran("check-jsonschema", "--builtin-schema", schema, file) == ""


@pytest.mark.parametrize("file", [ACTION, WORKFLOW.read_text(encoding="utf-8")])
def test_strangers_get_no_secrets(file: str) -> None:
    assert "pull_request_target" not in file.replace("github.event_name == 'pull_request_target'", "")


def test_no_input_is_a_part_of_a_script() -> None:
    scripts = [step["run"] for step in yaml.safe_load(ACTION)["runs"]["steps"] if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)


@pytest.mark.parametrize("script", [s["run"] for s in yaml.safe_load(ACTION)["runs"]["steps"] if "run" in s])
def test_the_action_s_scripts_are_bash(script: str) -> None:
    done = subprocess.run(["/bin/bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_image_is_lean_and_runs_as_nobody_in_particular() -> None:
    assert re.search(r"(?m)^USER 10001$", DOCKERFILE)
    assert DOCKERFILE.index("FROM python:${PYTHON}\n") < DOCKERFILE.index("USER 10001")
    for wanted in ("STOPSIGNAL SIGTERM", "HEALTHCHECK", 'ENTRYPOINT ["tini", "--", "driftwatch"]', "--require-hashes"):
        assert wanted in DOCKERFILE


def test_what_is_copied_is_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line.startswith("!")}
    copied = re.findall(r"(?m)^COPY (?!--)(.+) \S+$", DOCKERFILE)
    assert {name for line in copied for name in line.split()} == kept
    assert all((ROOT / name).exists() for name in kept)


def test_what_compose_mounts_is_there() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"]


def test_every_service_stands_in_a_profile() -> None:
    # A service without one would start with the demo too.
    assert {profile for service in COMPOSE["services"].values() for profile in service["profiles"]} == {
        "nightly",
        "demo",
    }


def test_the_service_may_take_longer_to_stop_than_its_grace() -> None:
    service = COMPOSE["services"]["driftwatch"]
    grace = int(service["command"][service["command"].index("--grace") + 1])
    assert int(service["stop_grace_period"].removesuffix("s")) > grace + 10


@pytest.mark.parametrize("name", ["config.yaml", "demo.yaml"])
def test_the_configurations_are_valid(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("database_url", "prod_database_url"):
        (tmp_path / variable).write_text("postgresql://me:pass@db/app\n", encoding="utf-8")
        monkeypatch.delenv(variable.upper(), raising=False)
        monkeypatch.setenv(f"{variable.upper()}_FILE", str(tmp_path / variable))
    config = read_config(ROOT / "deploy" / name)
    assert config.database("prod").url.startswith("postgresql://")
    assert len(config.schedule) == 1


def test_the_manifest_agrees_with_the_image() -> None:
    claim, job = yaml.safe_load_all((ROOT / "deploy/kubernetes.yaml").read_text(encoding="utf-8"))
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsUser"] == 10001
    assert container["args"] == ["schedule", "--once"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    (used,) = [v["persistentVolumeClaim"]["claimName"] for v in pod["volumes"] if "persistentVolumeClaim" in v]
    assert used == claim["metadata"]["name"]
