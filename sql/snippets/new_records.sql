-- The columns of records to be written, each as one array. `_batches` in tally.db.record_writes binds them.
CAST(:ids AS uuid[]),
CAST(:dates AS date[]),
CAST(:values AS numeric[]),
CAST(:types AS text[]),
CAST(:units AS text[]),
CAST(:notes AS text[]),
CAST(:days AS integer[]),
CAST(:readings AS numeric[]),
CAST(:meters AS smallint[]),
CAST(:costs AS numeric[]),
CAST(:times AS timestamptz[])
