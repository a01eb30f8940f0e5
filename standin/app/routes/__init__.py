"""The API's operations, one module for each part of it."""

API = "/api/v1"
