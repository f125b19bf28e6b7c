"""The law as data: procedures, their dated versions with cases, limits, fees, papers and results,
and who is competent. A published version is frozen. Leaves the room: `VersionPublished`."""
