"""The two pages of the dashboard, and the reasons for an empty one."""
