"""Pictures drawn from evidence as inline SVG; they show what the findings say and judge nothing."""

from reports.charts.chart import Plot
from reports.charts.gallery import Gallery, gallery

__all__ = ["Gallery", "Plot", "gallery"]
