-- Spans of days of types and units, each column as one array. `of_spans` in tally.db.arrays binds them.
CAST(:span_types AS text[]),
CAST(:span_units AS text[]),
CAST(:first_days AS date[]),
CAST(:last_days AS date[])
