-- Types and units, each column as one array. `of_keys` in tally.db.arrays binds them.
CAST(:used_types AS text[]),
CAST(:used_units AS text[])
