"""One line for each kind of picture that explains how to read it, for first-time readers."""

READINGS = {
    "plot-latency": "How to read: lower is faster; a marked second had too many slow or failed requests.",
    "plot-error-rate": "How to read: the true share lies in the band; all of the band below the limit is certainly kept.",
    "plot-histogram": "How to read: each bar counts answers; those right of the limit are slow, one in twenty may be.",
    "plot-arrivals": "How to read: where both lines agree, the generator sent what was planned and the run counts.",
    "plot-e-values": "How to read: a line that reaches 20 has decided; between, nothing is certain yet.",
    "plot-fired": "How to read: the shaded window is the one in which the break lasted long enough to call for a rollback.",
    "plot-drill-": "How to read: one step after the other, from above; a line right of a bar is when its time would have been over.",
    "plot-drills-": "How to read: each column is one drill; below the limit a recovery is quick enough.",
    "plot-losses-": "How to read: each column is one drill: what was written after the copy was taken would be gone.",
    "plot-availability": "How to read: full columns are answered probes; an empty stretch was not watched.",
}
LEVEL = "How to read: the line has to stay below the limit; where a line for a rollback is drawn, a minute beyond it calls for one."


def reading(name: str) -> str:
    """The line about the picture with the id *name*; by default the one about a gauge."""
    return next((words for beginning, words in READINGS.items() if name.startswith(beginning)), LEVEL)
