-- Returns how many shards of the records each node has, their bytes, and the largest one's.
SELECT
    nodename AS name,
    nodeport AS port,
    COUNT(*) AS shards,
    SUM(shard_size) AS bytes,
    MAX(shard_size) AS largest_bytes
FROM citus_shards
WHERE table_name = CAST('consumption_records' AS regclass)
GROUP BY nodename, nodeport
