"""Says at the end of a test run how often things were made to go wrong."""

from collections import Counter

from _pytest.terminal import TerminalReporter

KEPT_AS = "payment faults: "


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Adds up what the tests recorded; their reports reach us from every worker process."""
    counted: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, number in report.user_properties:
                if name.startswith(KEPT_AS):
                    counted[name.removeprefix(KEPT_AS)] += number
    if counted:
        told = ", ".join(f"{number} {name}" for name, number in sorted(counted.items()))
        terminalreporter.write_line(f"{KEPT_AS}{told}")
