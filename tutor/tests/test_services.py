"""What runs beside the LMS: the sweep and, where the operator names a queue, a worker; with Docker and Kubernetes."""

import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import yaml

from .conftest import Root, program


def plain(volumes: list[str]) -> list[str]:
    """Leave out the flags of SELinux, which Tutor's releases write differently."""
    return [volume.removesuffix(":z").removesuffix("z") for volume in volumes]


def pod(deployment: dict[str, Any]) -> dict[str, Any]:
    """Return all of a deployment's pod but what it is called and does."""
    spec = deployment["spec"]["template"]["spec"]
    [container] = spec.pop("containers")
    spec["volumes"].sort(key=str)
    return {**spec, "container": {name: value for name, value in container.items() if name not in {"name", "args"}}}


def test_by_default_there_is_a_sweep_and_no_worker(default: Root) -> None:
    assert {name for name in default.services() if "microcred" in name} == {"microcred-sweep"}
    assert {name for name in default.deployments() if "microcred" in name} == {"microcred-sweep"}
    assert "sleep 300 " in default.services()["microcred-sweep"]["command"][-1]


def test_a_queue_brings_a_worker_for_it_alone(full: Root) -> None:
    ours = full.services()["microcred-worker"]["command"]
    theirs = full.services()["lms-worker"]["command"]
    assert "--queues=badges.high" in ours
    assert {word.partition("=")[0] for word in ours} == {word.partition("=")[0] for word in theirs}
    assert full.deployments()["microcred-worker"]["spec"]["template"]["spec"]["containers"][0]["args"] == ours


def test_both_can_be_switched_off(off: Root) -> None:
    assert [name for name in [*off.services(), *off.deployments()] if "microcred" in name] == []


def test_each_service_is_made_like_tutors_own_worker(full: Root) -> None:
    services = full.services()
    for name in ("microcred-sweep", "microcred-worker"):
        ours, theirs = services[name], services["lms-worker"]
        assert plain(ours.pop("volumes")) == plain(theirs["volumes"]), name
        assert ours.pop("command")
        assert ours == {key: value for key, value in theirs.items() if key not in {"volumes", "command"}}, name


def test_each_pod_is_made_like_that_of_tutors_own_worker(full: Root) -> None:
    theirs = pod(full.deployments()["lms-worker"])
    for name in ("microcred-sweep", "microcred-worker"):
        assert pod(full.deployments()[name]) == theirs, name
        labels = full.deployments()[name]["spec"]["template"]["metadata"]["labels"]
        assert labels == full.deployments()[name]["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/name": name}


def test_docker_and_kubernetes_run_the_same(full: Root) -> None:
    for name in ("microcred-sweep", "microcred-worker"):
        [container] = full.deployments()[name]["spec"]["template"]["spec"]["containers"]
        assert container["args"] == full.services()[name]["command"]


def test_nothing_runs_beside_a_development_platform(full: Root) -> None:
    files = ("local/docker-compose.yml", "dev/docker-compose.yml", "local/docker-compose.jobs.yml")
    assert [name for file in files for name in full.services(file) if "microcred" in name] == []


def test_kustomize_accepts_it_and_gives_our_pods_the_same_configuration(full: Root) -> None:
    done = subprocess.run(
        [program("kubectl"), "kustomize", full.path / "env"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found = {one["metadata"]["name"]: one for one in yaml.safe_load_all(done.stdout) if one["kind"] == "Deployment"}
    volumes = [
        found[name]["spec"]["template"]["spec"]["volumes"]
        for name in ("lms-worker", "microcred-sweep", "microcred-worker")
    ]
    names = [{volume["configMap"]["name"] for volume in one} for one in volumes]
    assert names[0] == names[1] == names[2]
    assert all("openedx-config-" in " ".join(one) for one in names)


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text("utf-8").splitlines()


def wait_for(folder: Path, number: int) -> None:
    until = time.monotonic() + 30
    while len(calls(folder)) < number:
        assert time.monotonic() < until, calls(folder)
        time.sleep(0.05)


def test_the_sweep_rests_first_goes_on_after_a_failure_and_stops_at_once_when_told(full: Root, lms: Path) -> None:
    (lms / "fails").write_text("lms microcred sweep\n")
    began = time.monotonic()
    running = subprocess.Popen(
        full.services()["microcred-sweep"]["command"], cwd=lms, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for(lms, 1)
        assert time.monotonic() - began >= 1
        (lms / "fails").unlink()
        wait_for(lms, 2)
        told = time.monotonic()
        running.send_signal(signal.SIGTERM)
        _, errors = running.communicate(timeout=20)
    finally:
        running.kill()
    assert (running.returncode, set(calls(lms))) == (0, {"lms microcred sweep"})
    assert time.monotonic() - told < 10, "a container that takes longer is killed"
    assert errors.count("microcred sweep failed; it is tried again.") == 1
