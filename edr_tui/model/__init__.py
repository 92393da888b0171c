"""The pure heart: events, processes, the table, alerts. No I/O, no clock, standard library only."""
