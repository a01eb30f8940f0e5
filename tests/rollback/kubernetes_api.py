"""A small Kubernetes API server on loopback: discovery, deployments, scale, replica sets and pods, as kubectl requests them."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

from tests.loopback import LoopbackServer

Document = dict[str, Any]
NAMESPACE, CONTEXT, NAME = "shop", "west", "xcodereviewer-backend"
REVISION = "deployment.kubernetes.io/revision"
LABELS = {"app": NAME}
VERBS = {"get": True, "list": True, "watch": True, "patch": True, "update": True}
APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}"
CORE = f"/api/v1/namespaces/{NAMESPACE}"
STEPS = 3  # reads of the deployment until a change is complete


def resource(name: str, kind: str, **more: Any) -> Document:
    """One entry of a discovery document."""
    return {"name": name, "singularName": "", "namespaced": True, "kind": kind, "verbs": list(VERBS), **more}


DISCOVERY: dict[str, Document] = {
    "/version": {"major": "1", "minor": "32", "gitVersion": "v1.32.0", "platform": "linux/amd64"},
    "/api": {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []},
    "/apis": {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [
            {
                "name": "apps",
                "versions": [{"groupVersion": "apps/v1", "version": "v1"}],
                "preferredVersion": {"groupVersion": "apps/v1", "version": "v1"},
            }
        ],
    },
    "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": [resource("pods", "Pod")]},
    "/apis/apps/v1": {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": "apps/v1",
        "resources": [
            resource("deployments", "Deployment", shortNames=["deploy"], categories=["all"]),
            resource("deployments/scale", "Scale", group="autoscaling", version="v1"),
            resource("replicasets", "ReplicaSet", shortNames=["rs"]),
        ],
    },
}


@dataclass
class Refusal:
    """A refusal by the server: *code* and *reason*, *times* in a row."""

    code: int
    reason: str
    message: str
    times: int = 10**6


@dataclass
class Cluster:
    """
    One deployment with its replica sets and pods.

    A change is complete after *STEPS* reads of the deployment. *refusals* maps a verb to its refusal; *silent*
    verbs get no answer at all; with *never_ready* no new pod gets ready; *kept* pods of what was before never end;
    *lost_answers* are changes that are made while their answer is lost; *cut* answers end in the middle.
    *changed* hears of each change, *asked* are the requests.
    """

    replicas: int = 3
    environment: dict[str, str] = field(default_factory=lambda: {"USE_BACKEND_API": "true"})
    refusals: dict[str, Refusal] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    never_ready: bool = False
    kept: int = 0
    lost_answers: int = 0
    cut: int = 0
    changed: Callable[["Cluster"], None] | None = None
    asked: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=RLock)
    released: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.generation = self.observed = 1
        self.left = 0
        self.template = self.template_with(self.environment)
        self.sets: list[Document] = []
        self.old_pods: list[Document] = []
        self.next_revision()
        self.settle()

    def template_with(self, environment: dict[str, str]) -> Document:
        """The template of a pod with *environment*."""
        variables = [{"name": name, "value": value} for name, value in environment.items()]
        container = {"name": "backend", "image": "xcodereviewer:2.0.0", "env": variables, "resources": {}}
        return {"metadata": {"labels": dict(LABELS)}, "spec": {"containers": [container]}}

    def environment_now(self) -> dict[str, str]:
        """The variables of the current template."""
        return {each["name"]: each["value"] for each in self.template["spec"]["containers"][0]["env"]}

    def hash_of(self, template: Document) -> str:
        """A hash of a template, as labels of pods have it."""
        bare = deepcopy(template)
        bare["metadata"].get("labels", {}).pop("pod-template-hash", None)
        return f"{crc32(json.dumps(bare, sort_keys=True).encode()):08x}"

    @property
    def current(self) -> Document:
        """The replica set of the current template."""
        return max(self.sets, key=lambda each: int(each["metadata"]["annotations"][REVISION]))

    @property
    def revision(self) -> str:
        return str(self.current["metadata"]["annotations"][REVISION])

    def next_revision(self) -> None:
        """Make the replica set of the current template the newest revision."""
        number = max((int(each["metadata"]["annotations"][REVISION]) for each in self.sets), default=0) + 1
        digest = self.hash_of(self.template)
        found = next((each for each in self.sets if each["metadata"]["name"] == f"{NAME}-{digest}"), None)
        if found is None:
            found = self.replica_set(digest)
            self.sets.append(found)
        found["metadata"]["annotations"][REVISION] = str(number)

    def replica_set(self, digest: str) -> Document:
        """A replica set of the current template."""
        labels = {**LABELS, "pod-template-hash": digest}
        template = deepcopy(self.template)
        template["metadata"]["labels"] = labels
        owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": NAME, "uid": "d-1", "controller": True}
        return {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"{NAME}-{digest}",
                "namespace": NAMESPACE,
                "uid": digest,
                "labels": labels,
                "annotations": {},
                "ownerReferences": [owner],
            },
            "spec": {"replicas": self.replicas, "selector": {"matchLabels": labels}, "template": template},
        }

    def settle(self) -> None:
        """Complete every change."""
        self.observed, self.left, self.old_pods = self.generation, 0, []

    def deployment(self) -> Document:
        """The current deployment; each read advances a change by one step."""
        self.progress()
        under_way = self.left > 0 or self.never_ready
        there = self.replicas if not under_way else 0
        status = {"observedGeneration": self.observed, "replicas": self.replicas + len(self.old_pods)}
        status |= {"updatedReplicas": self.replicas, "readyReplicas": there, "availableReplicas": there}
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {
                "name": NAME,
                "namespace": NAMESPACE,
                "uid": "d-1",
                "generation": self.generation,
                "resourceVersion": str(self.generation),
                "annotations": {REVISION: self.revision},
            },
            "spec": {
                "replicas": self.replicas,
                "selector": {"matchLabels": dict(LABELS)},
                "template": deepcopy(self.template),
            },
            "status": {name: number for name, number in status.items() if number},
        }

    def progress(self) -> None:
        """Advance a change by one step."""
        self.left = max(0, self.left - 1)
        if self.left < STEPS - 1:
            self.observed = self.generation
        if self.left == 0 and not self.never_ready:
            self.old_pods = self.old_pods[: self.kept]

    def pods(self) -> list[Document]:
        """The current pods, and older ones that have not ended."""
        digest = self.current["metadata"]["labels"]["pod-template-hash"]
        return [self.pod(digest, number) for number in range(self.replicas)] + self.old_pods

    def pod(self, digest: str, number: int) -> Document:
        """One running pod."""
        metadata = {"name": f"{NAME}-{digest}-{number}", "namespace": NAMESPACE}
        labels = {**LABELS, "pod-template-hash": digest}
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {**metadata, "labels": labels, "ownerReferences": [{"kind": "ReplicaSet", "uid": digest}]},
            "status": {"phase": "Running"},
        }

    def change(self, edit: Callable[[Document], None]) -> None:
        """Change the deployment as a patch of it would."""
        before = self.pods()
        spec: Document = {"replicas": self.replicas, "template": deepcopy(self.template)}
        edit(spec)
        same = spec == {"replicas": self.replicas, "template": self.template}
        if same:
            return
        another = self.hash_of(spec["template"]) != self.hash_of(self.template)
        self.replicas, self.template = spec["replicas"], spec["template"]
        self.generation += 1
        self.left = STEPS
        if another:
            self.next_revision()
        keep = self.current["metadata"]["labels"]["pod-template-hash"]
        gone = [pod for pod in before if pod["metadata"]["labels"]["pod-template-hash"] != keep]
        mine = [pod for pod in before if pod not in gone]
        self.old_pods = gone + mine[self.replicas :]
        if self.changed:
            self.changed(self)

    def scale(self) -> Document:
        """The scale of the deployment."""
        return {
            "apiVersion": "autoscaling/v1",
            "kind": "Scale",
            "metadata": {"name": NAME, "namespace": NAMESPACE, "resourceVersion": str(self.generation)},
            "spec": {"replicas": self.replicas},
            "status": {"replicas": self.replicas, "selector": f"app={NAME}"},
        }

    def named(self) -> Counter[str]:
        """Verb → number of requests."""
        return Counter(line.partition(" ")[0] for line in self.asked)


def merged(old: Any, patch: Any) -> Any:
    """A strategic merge of environment and containers, matched by name; null removes an entry."""
    if isinstance(patch, dict) and isinstance(old, dict):
        found = dict(old)
        for key, value in patch.items():
            if key.startswith("$"):
                continue
            if value is None:
                found.pop(key, None)
            else:
                found[key] = merged(found.get(key), value)
        return found
    if isinstance(patch, list) and all(isinstance(each, dict) and "name" in each for each in patch):
        found_by = {each["name"]: each for each in old or []}
        for each in patch:
            if each.get("$patch") == "delete":
                found_by.pop(each["name"], None)
            else:
                found_by[each["name"]] = merged(found_by.get(each["name"], {}), each)
        return list(found_by.values())
    return patch


def json_patched(document: Document, operations: list[Document]) -> Document:
    """The document after the operations of a JSON patch that kubectl sends: `replace` and `add` of whole parts, and `test`."""
    for operation in operations:
        *around, last = operation["path"].strip("/").split("/")
        place = document
        for step in around:
            place = place[step]
        if operation["op"] != "test":
            place[last] = operation["value"]
    return document


class Handler(BaseHTTPRequestHandler):
    """Answers requests about the cluster."""

    protocol_version = "HTTP/1.1"
    cluster: Cluster

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def answer(self, body: Document, code: int = 200, *, cut: bool = False) -> None:
        """Send a JSON document; without its second half if *cut*."""
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text[: len(text) // 2] if cut else text)
        self.close_connection = self.close_connection or cut

    def status(self, code: int, reason: str, message: str) -> None:
        """Refuse with a Kubernetes status document."""
        body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code}
        self.answer({**body, "reason": reason, "message": message}, code)

    def do_GET(self) -> None:
        """Discovery, one object, or a list."""
        url = urlsplit(self.path)
        if url.path in DISCOVERY:
            return self.answer(DISCOVERY[url.path])
        watched = parse_qs(url.query).get("watch") in (["true"], ["1"])
        verb = "watch" if watched else "get"
        with self.cluster.lock:
            self.cluster.asked.append(f"{verb} {url.path}")
            if self.is_refused(verb):
                return None
            found = self.found(url.path)
            cut, self.cluster.cut = self.cluster.cut > 0, max(0, self.cluster.cut - 1)
        if found is None or watched:
            return self.status(404, "NotFound", f'"{url.path.rpartition("/")[2]}" not found')
        return self.answer(found, cut=cut)

    def found(self, path: str) -> Document | None:
        """The object or list at a path."""
        if path == f"{APPS}/deployments/{NAME}":
            return self.cluster.deployment()
        if path == f"{APPS}/deployments/{NAME}/scale":
            return self.cluster.scale()
        if path == f"{APPS}/replicasets":
            return {"kind": "ReplicaSetList", "apiVersion": "apps/v1", "metadata": {}, "items": self.cluster.sets}
        if path == f"{CORE}/pods":
            return {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": self.cluster.pods()}
        return None

    def is_refused(self, verb: str) -> bool:
        """Whether a verb gets a refusal, or silence."""
        if verb in self.cluster.silent:
            self.close_connection = True
            self.cluster.lock.release()
            self.cluster.released.wait()
            self.cluster.lock.acquire()
            return True
        refusal = self.cluster.refusals.get(verb)
        if refusal is None or refusal.times == 0:
            return False
        refusal.times -= 1
        self.status(refusal.code, refusal.reason, refusal.message)
        return True

    def do_PATCH(self) -> None:
        """A change of the deployment or of its scale."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.cluster.lock:
            self.cluster.asked.append(f"patch {self.path}")
            if self.is_refused("patch"):
                return None
            path = urlsplit(self.path).path
            if path.endswith("/scale"):
                self.cluster.change(lambda spec: spec.update(replicas=body["spec"]["replicas"]))
                found = self.cluster.scale()
            elif path == f"{APPS}/deployments/{NAME}":
                self.cluster.change(lambda spec: spec.update(self.patched(body)))
                found = self.cluster.deployment()
            else:
                return self.status(404, "NotFound", "no such thing to change")
            lost, self.cluster.lost_answers = self.cluster.lost_answers > 0, max(0, self.cluster.lost_answers - 1)
        if lost:
            self.close_connection = True
            return None
        return self.answer(found)

    def patched(self, body: Any) -> Document:
        """The specification after a patch in one of the forms that kubectl sends."""
        document = {"metadata": {"annotations": {}}, "spec": {"replicas": self.cluster.replicas}}
        document["spec"] = {"replicas": self.cluster.replicas, "template": deepcopy(self.cluster.template)}
        after = json_patched(document, body) if isinstance(body, list) else merged(document, body)
        spec: Document = after["spec"]
        spec["template"]["metadata"].get("labels", {}).pop("pod-template-hash", None)
        spec["template"]["metadata"].pop("creationTimestamp", None)
        return spec


@contextmanager
def serving(cluster: Cluster, folder: Path) -> Iterator[Path]:
    """Serve a cluster on loopback; gives the kubeconfig for it, with the context CONTEXT."""
    handler = type("OneCluster", (Handler,), {"cluster": cluster})
    server = LoopbackServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    config = folder / "kubeconfig"
    config.write_text(json.dumps(kubeconfig(server.server_address[1])), encoding="utf-8")
    try:
        yield config
    finally:
        cluster.released.set()
        server.shutdown()
        server.server_close()


def kubeconfig(port: int) -> Document:
    """A configuration of kubectl; JSON is YAML too."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "u", "user": {"token": "secret-of-a-test"}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": "c", "user": "u", "namespace": "elsewhere"}}],
    }
