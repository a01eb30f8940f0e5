"""Run the stages of a phase one after the other, then decide from their journals."""
