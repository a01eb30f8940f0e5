"""What happens around every request; plain ASGI, because the hot path is measured."""
