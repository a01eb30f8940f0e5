"""Run a phase's stages one after the other, then decide from what they left."""
