"""Name of a process or data fault → the actions of the launcher that cause and remove it."""

from standin.fault_actions import alerts, altered_schema, backups, queue, redis, revision, services
from standin.fault_actions.action import FaultAction

ACTIONS: dict[str, FaultAction] = {
    "backend-killed": services.killed("backend"),
    "postgres-killed": services.killed("postgres"),
    "redis-killed": services.killed("redis"),
    "worker-killed": services.killed("worker"),
    "postgres-port-open": services.exposed("postgres"),
    "queue-backed-up": FaultAction(queue.back_up, queue.clear),
    "worker-takes-no-work": FaultAction(queue.refuse_work, queue.take_work),
    "redis-full": FaultAction(redis.fill, redis.empty),
    "redis-without-maxmemory": FaultAction(redis.unlimit, redis.limit),
    "migration-half-applied": FaultAction(revision.step_back, revision.step_forward),
    "migration-stopped": FaultAction(altered_schema.stop_half_way, altered_schema.finish),
    "column-renamed": FaultAction(altered_schema.rename, altered_schema.name_again),
    "stale-backup": FaultAction(backups.age, backups.renew),
    "backup-altered": FaultAction(backups.alter, backups.renew),
    "empty-backup": FaultAction(backups.truncate, backups.renew),
    "backup-cut-in-half": FaultAction(backups.cut, backups.renew),
    "backup-lacks-a-table": FaultAction(backups.without_table, backups.renew),
    "backup-without-rows": FaultAction(backups.without_rows, backups.renew),
    "wrong-alert-threshold": FaultAction(alerts.rewrite_rules, alerts.rewrite_rules),
    "alert-rule-missing": FaultAction(alerts.rewrite_rules, alerts.rewrite_rules),
    "prometheus-target-down": FaultAction(alerts.rewrite_targets, alerts.rewrite_targets),
}

__all__ = ["ACTIONS", "FaultAction"]
