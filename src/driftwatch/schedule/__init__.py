"""When a comparison is due.

cron     what a crontab's line means, as times
trigger  the same for APScheduler, which gives the clock
service  waits, and starts each comparison in a process of its own
"""
