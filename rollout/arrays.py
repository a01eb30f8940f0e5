"""Arrays of numbers by what they hold, as every part of the engine calls them."""

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]  # of requests, by second or by slice
Floats = npt.NDArray[np.float64]  # levels, shares and moments
Matrix = npt.NDArray[np.float64]  # two axes: seconds, and the numbers of a row
