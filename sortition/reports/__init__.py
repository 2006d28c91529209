"""What people look at: a summary in plain numbers, shown in the terminal and as one self-contained page."""

from sortition.reports.comparison import Comparison, compared, comparison_svg, comparison_view, plot_library
from sortition.reports.html import report_html
from sortition.reports.summary import QuotaRow, Spread, Summary, percent, quota_rows, summarise
from sortition.reports.targets import targets_table
from sortition.reports.terminal import findings_view, quota_table, summary_view

__all__ = [
    "Comparison",
    "QuotaRow",
    "Spread",
    "Summary",
    "compared",
    "comparison_svg",
    "comparison_view",
    "findings_view",
    "percent",
    "plot_library",
    "quota_rows",
    "quota_table",
    "report_html",
    "summarise",
    "summary_view",
    "targets_table",
]
