"""`pytest --pyargs axivon_spec.conformance --client "CMD"`: every case is an item. Does nothing without `--client`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from axivon_spec.conformance.conversation import Conversation, Settings
    from axivon_spec.conformance.outcomes import Result
    from axivon_spec.conformance.runner import Pool
    from axivon_spec.conformance.source import Entry, Source

HERE = Path(__file__).resolve().parent
OUTCOME = "conformance outcome"  # the user property that carries it, also into JUnit XML and from xdist's workers


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("axivon_conformance", "Axivon clients (--pyargs axivon_spec.conformance)")
    group.addoption("--client", metavar="CMD", help="command line of the client, or unix:/path of its socket")
    group.addoption("--vectors", metavar="DIR|ARCHIVE", help="default: the checkout's, else this version's")
    group.addoption("--strict-reasons", action="store_true", help="fail where a rejection does not say for which rule")
    group.addoption("--step-timeout", type=float, default=10.0, metavar="SECONDS", help="time for one step (10)")
    group.addoption("--start-timeout", type=float, default=30.0, metavar="SECONDS", help="time to answer hello (30)")
    group.addoption("--check-invariants", action="store_true", help="check the spec's invariants on its states")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--client"):
        config.pluginmanager.register(ConformancePlugin(config), "axivon_conformance_run")


class ConformancePlugin:
    """The run: its source, its clients (one for each preset, in each xdist worker), and the closing account."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.counts: Counter[str] = Counter()
        self._source: Source | None = None
        self._pool: Pool | None = None
        self._conversations: dict[str, Conversation] = {}

    # Collection

    @property
    def settings(self) -> Settings:
        from axivon_spec.conformance.conversation import Settings

        option = self.config.getoption
        return Settings(
            client=option("--client"),
            step_timeout=option("--step-timeout"),
            start_timeout=option("--start-timeout"),
            strict_reasons=option("--strict-reasons"),
            check_invariants=option("--check-invariants"),
        )

    @property
    def source(self) -> Source:
        """The vectors, opened when the first item is collected."""
        from axivon_spec.conformance.published import open_source
        from axivon_spec.conformance.runner import refuse_damaged
        from axivon_spec.conformance.source import Damaged

        if self._source is None:
            try:
                self._source = open_source(self.config.getoption("--vectors"))
                if not hasattr(self.config, "workerinput"):
                    refuse_damaged(self._source)
            except Damaged as error:
                pytest.exit(str(error), returncode=2)
        return self._source

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        if file_path == HERE / "__init__.py":
            return CaseFile.from_parent(parent, path=file_path)
        return None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Greet the client once before anything runs, so that one that does not speak the protocol is told so."""
        items = [item for item in session.items if isinstance(item, CaseItem)]
        distributed = getattr(self.config.option, "dist", "no") != "no" or hasattr(self.config, "workerinput")
        if items and not distributed and not self.config.option.collectonly:
            self._greet(items[0].entry.preset)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        # xdist's controller collects nothing itself.
        if getattr(self.config.option, "dist", "no") != "no" and not hasattr(self.config, "workerinput"):
            presets = {entry.preset for entry in self.source.entries()}
            if presets:
                self._greet(min(presets))
                self.close()

    def _greet(self, preset: str) -> None:
        from axivon_spec.conformance.connection import CannotStart
        from axivon_spec.conformance.conversation import NoProtocol

        try:
            self.conversation(preset).start()
        except CannotStart as error:
            pytest.exit(str(error), returncode=2)
        except NoProtocol as error:
            pytest.exit(f"the client does not speak the protocol: {error}", returncode=3)

    # Running

    def conversation(self, preset: str) -> Conversation:
        """The client for a preset."""
        from axivon_spec.conformance.runner import Pool

        if self._pool is None:
            self._pool = Pool(self.source, self.settings)
        if preset not in self._conversations:
            self._conversations[preset] = self._pool.make(preset)
        return self._conversations[preset]

    def close(self) -> None:
        """End the clients."""
        if self._pool is not None:
            self._pool.close()
            self._pool, self._conversations = None, {}

    def pytest_keyboard_interrupt(self) -> None:
        if self._pool is not None:
            self._pool.stop()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        from axivon_spec.conformance.outcomes import Outcome

        self.close()
        if session.exitstatus == pytest.ExitCode.OK and set(self.counts) == {str(Outcome.NOT_SUPPORTED)}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        self.close()

    # Reporting; reports reach xdist's controller with their properties

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and not hasattr(self.config, "workerinput"):
            self.counts.update(value for key, value in report.user_properties if key == OUTCOME)  # type: ignore[misc]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self.counts:
            return
        terminalreporter.section("conformance")
        for outcome, number in self.counts.most_common():
            terminalreporter.line(f"{number} {outcome}")
        done, indexed = sum(self.counts.values()), len(self.source.entries())
        terminalreporter.line(f"account: {indexed} cases in the index = {done} run + {indexed - done} not chosen")


class CaseFile(pytest.File):
    """All cases, under the name of this package."""

    def collect(self) -> Iterator[pytest.Item]:
        plugin = self.config.pluginmanager.get_plugin("axivon_conformance_run")
        assert isinstance(plugin, ConformancePlugin)
        for entry in plugin.source.entries():
            yield CaseItem.from_parent(self, name=entry.id, entry=entry, plugin=plugin)


class CaseItem(pytest.Item):
    """One case. Words of `-k` match its id, preset, functions and rules."""

    def __init__(self, *, entry: Entry, plugin: ConformancePlugin, **rest: Any) -> None:
        super().__init__(**rest)
        self.entry, self._plugin = entry, plugin
        self.extra_keyword_matches.update(entry.names())

    def runtest(self) -> None:
        from axivon_spec.conformance.outcomes import Outcome
        from axivon_spec.conformance.source import Damaged

        try:
            result = self._plugin.conversation(self.entry.preset).run(self.entry)
        except Damaged as error:
            pytest.exit(str(error), returncode=2)
        self.user_properties.append((OUTCOME, str(result.outcome)))
        if result.outcome is Outcome.NOT_SUPPORTED:
            pytest.skip(f"not supported: {result.detail}")
        if result.stderr:
            self.add_report_section("call", "stderr of the client", result.stderr)
        if result.outcome.is_failure:
            raise CaseFailed(result)
        if result.outcome is Outcome.REASON_UNKNOWN:
            self.add_report_section("call", "reason", f"{result.outcome}\n{result.detail}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CaseFailed):
            result = excinfo.value.result
            return f"{result.outcome}: {result.case}\n{result.detail}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.entry.id


class CaseFailed(Exception):
    """A case with an outcome that fails."""

    def __init__(self, result: Result) -> None:
        super().__init__(f"{result.outcome}: {result.case}")
        self.result = result
