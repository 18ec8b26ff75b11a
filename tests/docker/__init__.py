"""localcluster with a real Docker engine, real kind and real k3d, and stand-in nodes."""
