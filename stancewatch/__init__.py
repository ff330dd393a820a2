"""The command line; composes the services and holds no rules of its own."""
