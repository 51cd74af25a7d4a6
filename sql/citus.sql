-- Run once on a Citus coordinator, after `tally migrate`, to spread records over its workers.
-- Every statement of Tally binds user_id, so each is answered by one shard.
SELECT create_reference_table('users');
SELECT create_distributed_table('consumption_records', 'user_id');
