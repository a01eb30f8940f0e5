"""Faults of the work itself: projects, tasks, issues, reports, live progress, statistics."""

from standin.faults.model import Fault

PROJECTS = ("project workflow",)
CANARY = ("canary writes",)
TASKS = ("task workflow",)
LIVE = ("live progress",)
ISSUES = ("issue workflow",)
REPORTS = ("report workflow",)
WORKER = ("work of the worker",)

WORK_FAULTS = (
    Fault("deleted-project-stays", "A deleted project stays in the list.", PROJECTS),
    Fault("newest-project-hidden", "A project that was just made is not in the list.", PROJECTS),
    Fault("deleted-list-empty", "What was thrown away cannot be found again.", PROJECTS),
    Fault("descriptions-cut", "Of a description the first letters are kept.", PROJECTS),
    Fault("restore-broken", "A deleted project cannot be taken back.", PROJECTS),
    Fault("update-not-saved", "Changes to a project are shown once and forgotten.", PROJECTS),
    Fault("search-ignored", "Searching finds everything.", PROJECTS),
    Fault("pagination-ignores-page-size", "A page has more entries than were asked for.", PROJECTS),
    Fault("acknowledged-write-lost", "Created projects vanish.", CANARY, defaults={"share": 0.2}),
    Fault("write-altered", "Created projects come back changed.", CANARY, defaults={"share": 0.2}),
    Fault("analyser-error-swallowed", "A failed analysis is shown as completed with score 100.", TASKS),
    Fault("analyser-crashes", "Every analysis fails in the end.", TASKS),
    Fault("task-stuck", "Tasks run for ever.", TASKS),
    Fault("task-lost-when-broker-down", "Tasks started during an outage never run.", ("recovery of the broker",)),
    Fault("abandoned-task-stays", "A task whose worker died is never taken up again.", ("recovery of the worker",)),
    Fault("worker-slow", "Tasks take minutes.", ("task duration and queue length",), defaults={"step_seconds": 3.0}),
    Fault("cancel-ignored", "Cancelled tasks run on.", TASKS),
    Fault("cancel-broken", "Cancelling works, and ends in an error page.", TASKS),
    Fault("deleted-project-accepts-work", "Reviews of deleted projects are accepted.", PROJECTS),
    Fault("worker-takes-no-work", "The worker says that it is there, and tasks wait for ever.", WORKER, "data"),
    Fault("worker-deaf-after-outage", "After an outage of the broker no task is taken any more.", WORKER),
    Fault("review-of-nothing-accepted", "A review of a project that is not there is accepted.", TASKS),
    Fault("score-always-perfect", "Every review ends with a perfect score.", TASKS),
    Fault("agents-find-nothing", "Agents that are asked together find nothing.", TASKS),
    Fault("results-missing", "The results of a finished task cannot be opened.", TASKS),
    Fault("results-empty", "A finished task shows no results.", TASKS),
    Fault("progress-never-sent", "The progress bar does not move.", LIVE),
    Fault("websocket-refuses", "Live progress cannot be opened.", LIVE),
    Fault("websocket-never-ends", "Live progress never says that the task is done.", LIVE),
    Fault("issues-not-stored", "The counts speak of issues that are not there.", ISSUES),
    Fault("issues-list-empty", "The list of issues is always empty.", ISSUES),
    Fault("issue-filter-ignored", "Filtering issues by severity shows all of them.", ISSUES),
    Fault("issue-status-not-saved", "Resolved issues are open again after a reload.", ISSUES),
    Fault("any-issue-status-accepted", "An issue takes a status that there is not.", ISSUES),
    Fault("comments-refused", "Nobody can say anything about an issue.", ISSUES),
    Fault("comments-lost", "Comments disappear.", ISSUES),
    Fault("statistics-wrong", "The dashboard shows wrong numbers.", ("statistics against the data",)),
    Fault("statistics-page-missing", "A page of charts cannot be opened.", ("statistics against the data",)),
    Fault("report-of-failed-review-breaks", "A report of a failed review ends in an error page.", REPORTS),
    Fault("deleted-report-stays", "Deleted reports can still be opened.", REPORTS),
    Fault("report-refused", "No report can be had of a finished review.", REPORTS),
    Fault("report-never-completes", "Reports stay in preparation.", REPORTS),
    Fault("report-pdf-corrupt", "The PDF cannot be opened.", REPORTS),
    Fault("report-json-invalid", "The JSON report cannot be read.", REPORTS),
    Fault("report-markdown-empty", "The Markdown report is empty.", REPORTS),
)
