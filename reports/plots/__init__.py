"""Pictures drawn from evidence as inline SVG; they show what the findings say and judge nothing."""

from reports.plots.gallery import Gallery, gallery
from reports.plots.plot import Plot

__all__ = ["Gallery", "Plot", "gallery"]
