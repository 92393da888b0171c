"""The commands, one file each: the only place that puts the parts together."""
