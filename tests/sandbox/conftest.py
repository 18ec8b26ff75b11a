from helpers.sandbox.pytest import sandbox_clusters

__all__ = ["sandbox_clusters"]
