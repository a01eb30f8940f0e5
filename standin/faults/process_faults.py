"""Faults of processes and of their environment; the launcher causes them."""

from standin.faults.model import Fault

SERVICES = ("services and recovery",)
REDIS = ("Redis memory",)
CERTIFICATE = ("certificate",)
HTTPS = ("HTTPS",)
ALERTS = ("alert rules and dashboards",)

PROCESS_FAULTS = (
    Fault("worker-killed", "Tasks wait: no worker is running.", SERVICES, "process"),
    Fault("postgres-killed", "Every page fails while the health check stays green.", SERVICES, "process"),
    Fault("redis-killed", "Tasks wait and lists are slower.", SERVICES, "process"),
    Fault("backend-killed", "Nothing answers.", SERVICES, "process"),
    Fault("redis-full", "Redis has hardly any memory left.", REDIS, "process"),
    Fault("redis-without-maxmemory", "Redis may grow until the machine has no memory left.", REDIS, "process"),
    Fault("expired-certificate", "Browsers warn: the certificate has expired.", CERTIFICATE, "process"),
    Fault("certificate-expires-soon", "The certificate ends before anybody is back.", CERTIFICATE, "process"),
    Fault("wrong-hostname-certificate", "Browsers warn: the certificate is for another host.", CERTIFICATE, "process"),
    Fault("self-signed-certificate", "Browsers warn: nobody vouches for the certificate.", CERTIFICATE, "process"),
    Fault("old-tls", "Connections use an old version of TLS.", HTTPS, "process"),
    Fault("no-https-redirect", "Plain HTTP works and stays plain.", HTTPS, "process"),
    Fault("no-hsts", "Browsers are not told to insist on HTTPS.", HTTPS, "process"),
    Fault("wrong-alert-threshold", "The alert sounds far too late.", ALERTS, "process"),
    Fault("alert-rule-missing", "Nobody is told about errors.", ALERTS, "process"),
    Fault("prometheus-target-down", "The monitoring sees nothing.", ALERTS, "process"),
    Fault("grafana-down", "The dashboards cannot be opened.", ALERTS, "process"),
    Fault("sentry-refuses", "Errors are not collected anywhere.", ("error tracking",), "process"),
    Fault("frontend-headers-missing", "Other sites may frame the page.", ("security headers",), "process"),
    Fault("cdn-header-missing", "Assets come without the CDN.", ("CDN headers",), "process"),
    Fault("dns-wrong", "The host's name leads somewhere else.", ("DNS",), "process"),
    Fault(
        "frontend-flags-on", "The frontend was built with the new backend turned on.", ("frontend flags",), "process"
    ),
    Fault("frontend-reads-files", "Files of the frontend's server can be read.", ("hostile input",), "process"),
    Fault("postgres-port-open", "The database can be reached from outside.", ("open ports",), "process"),
)
