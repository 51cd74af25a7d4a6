"""The process around the application: uvicorn, the embedded PostgreSQL, backup, demo data."""
