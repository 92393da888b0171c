"""Where the engine's events come from. Every source is the same stream of the same documents."""
