"""Telling people: what there is to say is worked out once (`message`, pure), each channel says it in its own way.

message  the run and its news -> a message, or none
blocks   a message in Slack's Block Kit, within its limits
slack    Slack's incoming webhooks
webhook  a signed JSON document to any address
apprise  everything that Apprise knows, an extra
patience how often and how long a delivery is tried
outbox   what is to be delivered, kept in the history until it was
"""
