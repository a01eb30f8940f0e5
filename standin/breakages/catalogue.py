"""Which breakage is performed how, by the name it has in the catalogue."""

from standin.breakages import alerts, backups, database, queue, redis, services
from standin.breakages.base import Breakage

ACTIONS: dict[str, Breakage] = {
    "backend-killed": services.killed("backend"),
    "postgres-killed": services.killed("postgres"),
    "redis-killed": services.killed("redis"),
    "worker-killed": services.killed("worker"),
    "postgres-port-open": services.exposed("postgres"),
    "queue-backed-up": Breakage(queue.back_up, queue.clear),
    "redis-full": Breakage(redis.fill, redis.empty),
    "redis-without-maxmemory": Breakage(redis.unlimit, redis.limit),
    "migration-half-applied": Breakage(database.step_back, database.step_forward),
    "stale-backup": Breakage(backups.age, backups.renew),
    "backup-altered": Breakage(backups.alter, backups.renew),
    "empty-backup": Breakage(backups.truncate, backups.renew),
    "wrong-alert-threshold": Breakage(alerts.rewrite_rules, alerts.rewrite_rules),
    "alert-rule-missing": Breakage(alerts.rewrite_rules, alerts.rewrite_rules),
    "prometheus-target-down": Breakage(alerts.rewrite_targets, alerts.rewrite_targets),
}
