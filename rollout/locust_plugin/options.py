"""Our options beside locust's own."""

from typing import Any

from rollout.locust_plugin.shared_secret import shared_secret

LOOPBACK = "127.0.0.1"


def add_options(parser: Any) -> None:
    """
    Add them to locust's parser; each has a LOCUST_ variable, as locust's own have.

    Master and web interface listen on this machine alone unless the command line says otherwise.
    """
    parser.set_defaults(master_bind_host=LOOPBACK, web_host=LOOPBACK)
    group = parser.add_argument_group("Rollout", "what is judged, and where evidence goes")
    group.add_argument(
        "--phase", default=None, env_var="LOCUST_PHASE", help="phase of plan.toml; default: the only one with a load"
    )
    group.add_argument(
        "--target",
        default=None,
        env_var="LOCUST_TARGET",
        help="target file in targets/; default: the embedded stand-in",
    )
    group.add_argument(
        "--with-faults",
        action="store_true",
        env_var="LOCUST_WITH_FAULTS",
        help="use a stand-in kept by hand though faults of it are on",
    )
    group.add_argument("--plan", default=None, env_var="LOCUST_PLAN", help="another plan.toml")
    group.add_argument("--journals", default=None, env_var="LOCUST_JOURNALS", help="folder of the journals")
    group.add_argument("--parent", default=None, env_var="LOCUST_PARENT", help="run id of the gate")
    group.add_argument(
        "--release", default=None, env_var="LOCUST_RELEASE", help="deployed build; default: /health says it"
    )
    group.add_argument(
        "--window", default=None, env_var="LOCUST_WINDOW", help="rehearsal: windows are that short, such as 60s"
    )
    group.add_argument(
        "--seed", default=None, env_var="LOCUST_SEED", help="seed of the arrivals; default: random, recorded"
    )
    group.add_argument(
        "--gaps",
        default="poisson",
        choices=["poisson", "uniform"],
        env_var="LOCUST_GAPS",
        help="gaps between a user's arrivals; default: poisson",
    )
    group.add_argument(
        "--capacity",
        action="store_true",
        env_var="LOCUST_CAPACITY",
        help="search for the highest rate of arrivals within the budgets; decides nothing",
    )
    group.add_argument(
        "--early-stop",
        default="certain",
        choices=["certain", "never"],
        env_var="LOCUST_EARLY_STOP",
        help="certain: end as soon as NO-GO or ROLLBACK is certain; default: certain",
    )
    group.add_argument(
        "--secret",
        default="",
        type=shared_secret,
        env_var="LOCUST_SECRET",
        help="what master and workers on several machines share; better in the variable than on the command line",
    )
    group.add_argument(
        "--progress",
        default="tables",
        choices=["tables", "plain"],
        env_var="LOCUST_PROGRESS",
        help="plain: one line a second instead of locust's tables",
    )
