"""The real programs that localcluster calls, at pinned versions, and the tests against them."""
