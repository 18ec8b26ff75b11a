"""What brings a cluster's objects to the state that they would reach."""
