"""Programs that runbooks use; they do not import the engine, nor does it import them."""
