"""compose.yaml and the Kubernetes manifests, checked without a cluster."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # comes with schemathesis, without types

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "load" / "kubernetes"
OPTIONS = """
from locust.argument_parser import get_empty_argument_parser, setup_parser_arguments
from rollout.locust_plugin.options import add_options
parser = get_empty_argument_parser()
setup_parser_arguments(parser)
add_options(parser)
print(*(action.env_var for action in parser._actions if getattr(action, "env_var", None)))
"""


@pytest.fixture(scope="module")
def built() -> dict[tuple[str, str], dict[str, Any]]:
    """What `kubectl kustomize` makes of the folder, by kind and name."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not on PATH: the manifests cannot be built here")
    done = subprocess.run(["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {(item["kind"], item["metadata"]["name"]): item for item in yaml.safe_load_all(done.stdout)}


def container(job: dict[str, Any]) -> dict[str, Any]:
    """The one container of a job."""
    (found,) = job["spec"]["template"]["spec"]["containers"]
    return dict(found)


def settings(built: dict[tuple[str, str], dict[str, Any]]) -> dict[str, str]:
    """The one ConfigMap."""
    (found,) = [item for (kind, _), item in built.items() if kind == "ConfigMap"]
    return dict(found["data"])


def test_there_are_as_many_workers_as_the_master_expects(built: dict[tuple[str, str], dict[str, Any]]) -> None:
    """
    One number in the ConfigMap; the job of the workers takes it from there.
    """
    spec = built["Job", "rollout-load-workers"]["spec"]
    assert spec["parallelism"] == spec["completions"] == int(settings(built)["LOCUST_EXPECT_WORKERS"])


def test_no_run_is_repeated_until_it_is_green(built: dict[tuple[str, str], dict[str, Any]]) -> None:
    """
    Neither job tries again, and no container is restarted.
    """
    for name in ("rollout-load-master", "rollout-load-workers"):
        spec = built["Job", name]["spec"]
        assert (spec["backoffLimit"], spec["template"]["spec"]["restartPolicy"]) == (0, "Never")


def test_workers_find_the_master(built: dict[tuple[str, str], dict[str, Any]]) -> None:
    """
    The service has the name that workers are told, selects the master's pod, and leads to its port.
    """
    service = built["Service", settings(built)["LOCUST_MASTER_NODE_HOST"]]["spec"]
    master = built["Job", "rollout-load-master"]
    assert service["selector"].items() <= master["spec"]["template"]["metadata"]["labels"].items()
    workers = built["Job", "rollout-load-workers"]["spec"]["template"]["metadata"]["labels"]
    assert not service["selector"].items() <= workers.items()
    assert container(master)["ports"] == [{"name": service["ports"][0]["targetPort"], "containerPort": 5557}]


def test_everybody_runs_the_same_image_with_the_same_settings(built: dict[tuple[str, str], dict[str, Any]]) -> None:
    """
    Master and workers differ in their role only; secrets are named, not kept.
    """
    master, workers = (container(built["Job", f"rollout-load-{role}"]) for role in ("master", "workers"))
    assert (master["image"], master["envFrom"]) == (workers["image"], workers["envFrom"])
    assert (master["args"], workers["args"]) == (["--headless", "--master"], ["--worker"])
    assert not [kind for kind, _ in built if kind == "Secret"]


def test_the_evidence_outlives_the_master(built: dict[tuple[str, str], dict[str, Any]]) -> None:
    """
    Journals go to a claim, not into the container.
    """
    master = built["Job", "rollout-load-master"]
    (mount,) = container(master)["volumeMounts"]
    (volume,) = master["spec"]["template"]["spec"]["volumes"]
    assert mount == {"name": volume["name"], "mountPath": settings(built)["LOCUST_JOURNALS"]}
    assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in built


def test_compose_starts_as_many_workers_as_the_master_expects() -> None:
    """
    The same variable with the same default in both places, and no restarts.
    """
    services = yaml.safe_load((ROOT / "load" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    command = services["master"]["command"]
    assert command[command.index("--expect-workers") + 1] == services["worker"]["deploy"]["replicas"]
    assert services["worker"]["command"][-1] in services
    assert services["worker"]["restart"] == "no"


@pytest.mark.slow
def test_every_setting_is_an_option(built: dict[tuple[str, str], dict[str, Any]]) -> None:
    """
    No variable of either file is one that nobody reads.
    """
    done = subprocess.run([sys.executable, "-c", OPTIONS], cwd=ROOT, capture_output=True, text=True, check=True)
    compose = yaml.safe_load((ROOT / "load" / "compose.yaml").read_text(encoding="utf-8"))
    named = {*settings(built), *compose["services"]["master"]["environment"]}
    assert {name for name in named if name.startswith("LOCUST_")} <= set(done.stdout.split())
