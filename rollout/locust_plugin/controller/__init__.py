"""The parts that exist once per run: the run controller, the journal writer, early stop and the capacity search."""
