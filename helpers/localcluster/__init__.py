"""Kubernetes clusters on one machine: definitions to a plan, a plan to clusters."""
