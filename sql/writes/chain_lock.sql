-- Makes other changes of the account's readings wait until this transaction ends. It is a statement of its
-- own, so that the statements after it see everything that the transaction before has written.
SELECT pg_advisory_xact_lock(hashtextextended('tally readings ' || CAST(:user_id AS text), 0))
