"""The take: the durable record of a performance."""
