-- Has the account's changes of readings wait for one another until this transaction ends. A statement
-- of its own: the statements after it see all that the transaction ahead has written.
SELECT pg_advisory_xact_lock(hashtextextended('tally readings ' || CAST(:user_id AS text), 0))
