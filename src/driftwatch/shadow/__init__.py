"""Disposable PostgreSQL: private servers, scratch databases, what stands in for missing extensions."""
