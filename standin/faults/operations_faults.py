"""Faults of running it: health, speed, errors, metrics, configuration, feature flags."""

from standin.faults.model import Fault

HEALTH = ("health and readiness",)
ERROR_RATE = ("error rate of a load run",)
SPEED = ("response times of a load run",)
METRICS = ("metrics names and values",)
CONFIGURATION = ("reported configuration",)
FLAGS = ("feature flag rule",)

OPERATIONS_FAULTS = (
    Fault("ready-always-200", "Readiness says ready while the database is gone.", HEALTH),
    Fault("ready-degraded", "Readiness answers 200 and says degraded.", HEALTH),
    Fault("health-unhealthy", "The health check answers 200 and says unhealthy.", HEALTH),
    Fault("health-without-version", "The health check no longer tells the version.", HEALTH),
    Fault("version-wrong", "Another version answers than the one that was deployed.", ("deployed version",)),
    Fault(
        "monitoring-always-healthy", "Administrators see healthy components whatever happens.", ("deep health check",)
    ),
    Fault("slow-endpoint", "Pages take seconds to show.", SPEED, defaults={"ms": 700, "share": 1.0, "path": "/api/"}),
    Fault("stall", "Every 10 seconds nothing answers for 2.", SPEED, defaults={"every_s": 10.0, "for_s": 2.0}),
    Fault("latency-creeps", "It gets slower by the minute.", SPEED, defaults={"ms_per_minute": 3000.0}),
    Fault("errors-2-percent", "Two requests of a hundred end in an error page.", ERROR_RATE, defaults={"share": 0.02}),
    Fault("errors-6-percent", "Six requests of a hundred end in an error page.", ERROR_RATE, defaults={"share": 0.06}),
    Fault("errors-10-percent", "One request of ten ends in an error page.", ERROR_RATE, defaults={"share": 0.10}),
    Fault("errors-as-200", "Errors come with status 200.", ("answers' contents under load",), defaults={"share": 0.10}),
    Fault("connections-closed", "Connections break in the middle of an answer.", ERROR_RATE, defaults={"share": 0.05}),
    Fault("pool-exhausted", "Pages fail: every database connection is taken.", HEALTH, defaults={"connections": 30}),
    Fault("metrics-missing", "Dashboards are empty.", METRICS),
    Fault("metrics-renamed", "Alerts look for metrics that have another name now.", METRICS),
    Fault(
        "critical-errors-logged",
        "Errors pile up in the log behind good answers.",
        ("error log",),
        defaults={"share": 1.0},
    ),
    Fault("openapi-missing", "The API's description is gone.", ("OpenAPI document",)),
    Fault("cache-never-used", "Every list is read from the database again.", ("cache hit counters",)),
    Fault("cache-stale", "Lists show what was there before the last change.", ("read after write",)),
    Fault("environment-wrong", "The backend runs with a developer's settings.", CONFIGURATION),
    Fault("sentry-unconfigured", "The backend tells nobody of its errors.", CONFIGURATION),
    Fault("debug-on", "Error pages show the inside of the program.", CONFIGURATION),
    Fault("secret-key-default", "Anybody can sign tokens with the published key.", CONFIGURATION),
    Fault("secrets-old", "Secrets have not been changed for years.", CONFIGURATION),
    Fault("flags-enabled-too-early", "Everybody is on the new backend before the rollout begins.", FLAGS),
    Fault("flags-one-bucket", "Everybody moves at once: all users share one bucket.", FLAGS),
    Fault("flag-flapping", "The same person gets the old and the new backend in turn.", FLAGS),
    Fault(
        "flag-percentage-wrong", "More people are on the new backend than was decided.", FLAGS, defaults={"points": 15}
    ),
    Fault("emergency-switch-ignored", "Users stay on the new backend after it was switched off.", FLAGS),
    Fault("internal-users-missing", "The internal team does not get the new backend.", FLAGS),
)
