"""Pictures of the evidence as inline SVG; they illustrate the findings and judge nothing."""

from reports.charts.chart import Plot
from reports.charts.gallery import Gallery, gallery
from reports.charts.shared import PICTURES

__all__ = ["PICTURES", "Gallery", "Plot", "gallery"]
