"""Run kubectl without a shell: every command names context and namespace, and has a time limit."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from rollout.bounded_text import json_of
from rollout.parent_death import started
from rollout.target.message import one_line
from rollout.target.obstacle import needed
from rollout.target.settings import Target, TargetError

ANSWER_S = 10
COMMAND_S = 30.0  # kubectl itself sometimes repeats a request
FOR_GOOD = re.compile(
    r"\((?:Forbidden|NotFound|Unauthorized|Invalid|BadRequest|MethodNotAllowed)\)"
    r"|is forbidden|must be logged in|context .* does not exist|unable to find specified revision|doesn't have a resource type"
)


class KubectlRefused(Exception):
    """The cluster or kubectl refused a command; a repetition would be refused too."""


class Unconfirmed(Exception):
    """It is unknown whether a command took effect: a timeout, a conflict, or a broken connection."""


@dataclass(frozen=True)
class Kubectl:
    """The program kubectl for one namespace of one context; *program* is its path."""

    program: str
    context: str
    namespace: str
    answer_s: int = ANSWER_S

    def command(self, *words: str) -> tuple[str, ...]:
        """The whole command line for messages: `kubectl` instead of the path of the program."""
        return ("kubectl", f"--context={self.context}", f"--namespace={self.namespace}", *words)

    def read(self, *words: str) -> Any:
        """The JSON of a `get`; KubectlRefused or Unconfirmed with kubectl's message."""
        said = self.run("get", *words, "-o", "json")
        try:
            return json_of(said)
        except ValueError:
            raise Unconfirmed(f"kubectl get {' '.join(words)}: the answer is no JSON") from None

    def run(self, *words: str) -> str:
        """The output of a command; KubectlRefused or Unconfirmed with kubectl's message. kubectl ends when this process ends."""
        command = [self.program, *self.command(f"--request-timeout={self.answer_s}s", *words)[1:]]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with started(command, **pipes, text=True, errors="replace") as process:
            try:
                out, complaint = process.communicate(timeout=COMMAND_S)
            except BaseException as error:
                process.kill()
                if isinstance(error, subprocess.TimeoutExpired):
                    raise Unconfirmed(f"kubectl {words[0]}: no answer in {COMMAND_S:g} s") from None
                raise
        if process.returncode != 0:
            said = one_line(complaint) or f"exit {process.returncode}"
            raise (KubectlRefused if FOR_GOOD.search(said) else Unconfirmed)(f"kubectl {words[0]}: {said}")
        return str(out)


def kubectl_of(target: Target) -> Kubectl:
    """kubectl for the cluster that *target* names; NotConfigured for a missing setting, TargetError without the program."""
    context, namespace = needed(target, "kubernetes_context"), needed(target, "kubernetes_namespace")
    program = shutil.which("kubectl")
    if program is None:
        raise TargetError("kubectl is not on PATH: install it, no step can be carried out without it")
    return Kubectl(program, str(context), str(namespace))
