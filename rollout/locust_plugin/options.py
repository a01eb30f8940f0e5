"""The options that this package adds to locust's own."""

from typing import Any

from rollout.locust_plugin.shared_secret import shared_secret

LOOPBACK = "127.0.0.1"


CHOSEN = {"action": "store_true", "default": False}
OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (  # name, help, and further arguments of `add_argument`
    ("phase", "phase of plan.toml; default: the only one with a load", {}),
    ("target", "target file in targets/; default: the embedded stand-in", {}),
    ("with-faults", "use a stand-in kept by hand though faults of it are on", CHOSEN),
    ("plan", "another plan.toml", {}),
    ("journals", "folder of the journals", {}),
    ("parent", "run id of the gate", {}),
    ("release", "deployed build; default: what the target says", {}),
    ("window", "rehearsal: windows are that short, such as 60s", {}),
    ("seed", "seed of the arrivals; default: random, recorded", {}),
    (
        "gaps",
        "gaps between a user's arrivals; default: poisson",
        {"default": "poisson", "choices": ["poisson", "uniform"]},
    ),
    ("capacity", "search for the highest rate of arrivals within the budgets; decides nothing", CHOSEN),
    (
        "early-stop",
        "certain: end as soon as NO-GO or ROLLBACK is certain; default: certain",
        {"default": "certain", "choices": ["certain", "never"]},
    ),
    (
        "secret",
        "what master and workers on several machines share; better in the variable than on the command line",
        {"default": "", "type": shared_secret},
    ),
    (
        "progress",
        "plain: one line a second instead of locust's tables",
        {"default": "tables", "choices": ["tables", "plain"]},
    ),
)


def add_options(parser: Any) -> None:
    """
    Add the options to locust's parser; each has a LOCUST_ variable, as locust's own have.

    By default master and web interface listen on loopback only.
    """
    parser.set_defaults(master_bind_host=LOOPBACK, web_host=LOOPBACK)
    group = parser.add_argument_group("Rollout", "what is judged, and where evidence goes")
    for name, words, more in OPTIONS:
        variable = f"LOCUST_{name.upper().replace('-', '_')}"
        group.add_argument(f"--{name}", env_var=variable, help=words, **{"default": None, **more})
