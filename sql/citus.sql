-- Run once on a Citus coordinator, after `tally migrate`, to spread records over its workers:
--
--     psql --set ON_ERROR_STOP=1 --file sql/citus.sql postgresql://…
--
-- Every statement of Tally binds user_id, so each is answered by one shard. All or nothing; a million
-- records take about 20 s, in which nobody can write.
BEGIN;

-- The role's limits would cut it short, here and on the workers.
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0;

SELECT create_reference_table('users');
SELECT create_distributed_table('consumption_records', 'user_id');

-- Else every record and every password hash stays on the coordinator's disk, unused.
SELECT truncate_local_data_after_distributing_table('consumption_records');
SELECT truncate_local_data_after_distributing_table('users');

COMMIT;
