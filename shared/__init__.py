"""Contracts only: what two services must agree on."""
