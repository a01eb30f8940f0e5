"""Turn plan, evidence and time into one decision; nothing here measures, waits or writes."""
