"""From changes to ordered statements."""
