"""Whether kubectl reaches the namespace that a rollback would act on. Nothing is changed there."""

from rollout.target.kubectl import KubectlRefused, Unconfirmed, kubectl_of
from rollout.target.obstacle import place
from rollout.target.probe import Unseen
from rollout.target.settings import Target, TargetError
from rollout.values import numbered, some


def deployments(target: Target) -> str:
    """The namespace has deployments that this machine may list; Unseen where there is no kubectl to ask with."""
    try:
        kubectl = kubectl_of(target)
    except TargetError:
        raise Unseen("not looked at: kubectl is not on PATH") from None
    try:
        names = kubectl.run("get", "deployments", "-o", "name").split()
    except (KubectlRefused, Unconfirmed) as error:
        raise AssertionError(str(error)) from None
    namespace = kubectl.namespace
    assert names, (
        f"kubectl: got no deployment in {namespace}, want one at least: see {place(target, 'kubernetes_namespace')}"
    )
    missing = sorted(set(target.kubernetes_deployments.values()) - {name.rpartition("/")[2] for name in names})
    assert not missing, (
        f"kubectl: got no deployment {some(missing)} in {namespace}, "
        f"want those that a rollback acts on: see {place(target, 'kubernetes_deployments')}"
    )
    return f"{numbered(len(names), 'deployment', 'deployments')} in {namespace}"
