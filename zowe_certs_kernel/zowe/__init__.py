"""Zowe's own vocabulary: its settings files and what they mean."""
