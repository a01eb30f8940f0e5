"""Switch the hidden fault on at its time and off at the end, without revealing it before the opening."""

import threading
import time
from collections.abc import Callable
from typing import Any, Self

from rollout.embedded import standin
from rollout.gameday.commitment import NOTHING, Hidden
from rollout.suite import Suite

Switch = Callable[[str, bool], None]


def standin_switch(suite: Suite, state: dict[str, Any]) -> Switch:
    """A function that switches a fault of the stand-in with that *state*; the name goes by stdin, not by arguments."""

    def switch(fault: str, on: bool) -> None:
        off = () if on else ("--off",)
        standin(suite, "fault", "-", *off, "--dir", state["dir"], told=f"{fault}\n")

    return switch


class Keeper:
    """
    Switches what is *hidden* on and off by a *switch*, in a thread during the block.

    *injected* is the moment at which the fault began to be switched on, None without a fault. *acted* is set once it
    is done, and *trouble* is why it failed. Where nothing is hidden the switch is called without a name, so that the
    load of the machine reveals nothing.
    """

    def __init__(self, hidden: Hidden, switch: Switch) -> None:
        self._hidden, self._switch = hidden, switch
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self.acted = threading.Event()
        self.injected: float | None = None
        self.trouble = ""

    def _wait(self) -> None:
        if not self._over.wait(self._hidden.after_s):
            self.injected = time.time() if self._hidden.fault else None
            self._try(on=True)
            self.acted.set()

    def _try(self, on: bool) -> None:
        """Switch; an error is kept until the opening, since it names the fault."""
        try:
            self._switch(self._hidden.fault, on)
        except (ValueError, OSError) as error:
            self.trouble = self.trouble or str(error)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Switch the fault off."""
        self._over.set()
        self._thread.join()
        if self.injected is not None and self._hidden.fault != NOTHING:
            self._try(on=False)
