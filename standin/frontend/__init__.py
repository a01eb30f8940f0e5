"""The stand-in's frontend over HTTPS, its redirect from HTTP, and the operations side (Sentry, Grafana) beside it."""
