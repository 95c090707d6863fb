"""The benchmark on public data: its files, its threshold rule, its table. Nothing is trained here."""

import json
from pathlib import Path

import pytest

from benchmarks.nlu import __main__ as command
from benchmarks.nlu import child, pipelines, runs, table
from benchmarks.nlu.data_sets import SOURCES, DataMissing, DataSet, Example, check_present, read, read_file
from benchmarks.nlu.results import Reading, Share, figures, threshold
from bot.wiring import PROJECT

TEST = [Example("where is it", "delivery"), Example("price", "cost"), Example("hm", None), Example("so", None)]
READINGS = [
    Reading("delivery", 0.9, False, 1.0, 0.5),
    Reading("cost", 0.4, True, 2.0, 1.5),
    Reading("cost", 0.6, False, 3.0, 2.5),
    Reading(None, 0.0, True, 4.0, 3.5),
]
COST = child.Cost(12.0, 15.0, 900.0)


def a_run(name: str, group: str | None, *held_out: tuple[float, bool]) -> runs.Run:
    data_set = DataSet(name, group, TEST[:2], TEST)
    return runs.Run(data_set, pipelines.OURS, COST, 700.0, READINGS, held_out, "2026-11-26")


class TestReadingTheFiles:
    def test_the_first_two_columns_count_and_rows_without_words_do_not(self, tmp_path: Path) -> None:
        file = tmp_path / "bot.csv"
        file.write_text('sentence,label,\n"two\nlines",COST,\n ,COST,\nhm,NO_NODES_DETECTED,\n', encoding="utf-8")
        assert read_file(file) == [("two\nlines", "COST"), ("hm", None)]

    def test_tab_separated_files_hold_commas(self, tmp_path: Path) -> None:
        file = tmp_path / "test.tsv"
        file.write_text("text\tlabel\nhello, you\tgreeting\nrates?\toos\n", encoding="utf-8")
        assert read_file(file) == [("hello, you", "greeting"), ("rates?", None)]

    def test_out_of_scope_messages_of_a_second_file_join_the_test(self, tmp_path: Path) -> None:
        source = next(source for source in SOURCES if source.name == "banking77-oos")
        for name, label in ((source.train, "card"), (source.test[0], "card"), (source.test[1], "oos")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(f"text\tlabel\nmy card\t{label}\n", encoding="utf-8")
        data_set = read(source, tmp_path)
        assert [example.label for example in data_set.test] == ["card", None]
        assert data_set.labels == ["card"]


class TestMissingData:
    def test_says_in_one_line_what_is_missing_and_where_it_comes_from(self, tmp_path: Path) -> None:
        with pytest.raises(DataMissing) as caught:
            check_present(SOURCES[:1], tmp_path)
        said = str(caught.value)
        assert "hint3/train/sofmattress_train.csv" in said
        assert "github.com/hellohaptik/HINT3" in said
        assert "github.com/PolyAI-LDN/task-specific-datasets" in said
        assert "\n" not in said

    def test_exits_with_2(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
        assert "banking77/fewshot/train_10.tsv" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()


class TestThreshold:
    def test_96_in_100_of_the_rightly_read_reach_it(self) -> None:
        right = [(number / 100, True) for number in range(1, 101)]
        at = threshold([*right, *((0.001, False) for _ in range(50))])
        assert at == 0.05
        assert sum(score >= at for score, _ in right) == 96

    def test_there_is_none_where_nothing_was_read_rightly(self) -> None:
        assert threshold([(0.9, False)]) is None
        assert threshold([]) is None

    def test_sets_of_a_group_share_one(self) -> None:
        found: command.Runs = {
            ("hint3-curekart", pipelines.OURS): a_run("hint3-curekart", "hint3", (0.7, True)),
            ("hint3-sofmattress", pipelines.OURS): a_run("hint3-sofmattress", "hint3", (0.5, True)),
            ("banking77-5-shot", pipelines.OURS): a_run("banking77-5-shot", None, (0.1, True)),
        }
        assert [(row.data_set, row.threshold) for row in command.rows(found)] == [
            ("hint3-sofmattress", "0.500"),
            ("hint3-curekart", "0.500"),
            ("banking77-5-shot", table.NONE),
        ]


class TestFigures:
    def test_a_threshold_rejects_what_scores_less(self) -> None:
        found = figures(TEST, READINGS, 0.5, rejects=True)
        assert found.accuracy == Share(2, 2)
        assert found.accuracy_at_threshold == Share(1, 2)
        assert found.out_of_scope_recall == Share(1, 2)

    def test_without_one_the_pipeline_itself_rejects(self) -> None:
        found = figures(TEST, [reading._replace(rejected=False) for reading in READINGS], None, rejects=True)
        assert found.out_of_scope_recall == Share(0, 2)
        assert found.accuracy_at_threshold == Share(2, 2)

    def test_where_nothing_is_rejected_there_is_no_recall(self) -> None:
        assert figures(TEST, READINGS, None, rejects=False).out_of_scope_recall is None

    def test_rasas_fallback_is_a_rejection_of_the_topic_behind_it(self) -> None:
        assert runs.as_reading([("nlu_fallback", 0.3), ("cost", 0.2)], 2.0, 1.0) == ("cost", 0.2, True, 2.0, 1.0)
        assert runs.as_reading([("cost", 0.8)], 2.0, 1.0) == ("cost", 0.8, False, 2.0, 1.0)
        assert runs.as_reading([], 2.0, 1.0) == (None, 0.0, True, 2.0, 1.0)


class TestTable:
    def test_one_line_for_each_run_with_intervals(self) -> None:
        found: command.Runs = {("hint3-curekart", pipelines.OURS): a_run("hint3-curekart", "hint3", (0.5, True))}
        line = table.markdown(command.rows(found)).splitlines()[2]
        assert line == (
            "| hint3-curekart | config.yml | 1.000 (0.342 to 1.000) | 0.500 | 0.500 (0.095 to 0.905) "
            "| 0.500 (0.095 to 0.905) | 12 (15) | 2.0 / 4.0 (1.5) | 700 / 900 | 2026-11-26 |"
        )

    def test_what_was_not_run_says_why(self) -> None:
        line = table.markdown(command.rows({("banking77-oos", pipelines.DEFAULT): "not run: long"})).splitlines()[2]
        assert "not run: long" in line
        assert line.count("|") == len(table.HEAD) + 1

    def test_both_files_are_written(self, tmp_path: Path) -> None:
        (tmp_path / "config.yml").write_text("pipeline: []\n", encoding="utf-8")
        found: command.Runs = {("hint3-curekart", pipelines.OURS): a_run("hint3-curekart", "hint3", (0.5, True))}
        text = command.write(found, tmp_path / "config.yml", tmp_path / "bench")
        assert (tmp_path / "bench" / "nlu.md").read_text(encoding="utf-8") == text
        row = json.loads((tmp_path / "bench" / "nlu.json").read_text(encoding="utf-8"))["rows"][0]
        accuracy = row["figures"]["accuracy"]
        assert (accuracy["count"], accuracy["of"], accuracy["value"]) == (2, 2, 1.0)
        assert accuracy["interval"] == pytest.approx([0.342, 1.0], abs=0.001)


class TestKept:
    PARSED = (
        '{"ms": 2.0, "processor_ms": 1.0, "ranking": [["cost", 0.8]]}\n'
        '{"resident_mb": 700.0, "held_out": [[0.7, 0.2], [1.0, 0.0]]}\n'
    )

    def test_a_run_is_found_again_with_its_costs(self, tmp_path: Path) -> None:
        (tmp_path / "parsed.jsonl").write_text(self.PARSED, encoding="utf-8")
        file, data_set = tmp_path / "kept" / "made-0.jsonl", DataSet("made", None, TEST[:2], TEST)
        runs.keep(tmp_path / "parsed.jsonl", COST, "as it is", file)
        found = runs.kept(file, data_set, pipelines.OURS, "as it is")
        assert found is not None
        assert (found.training, found.resident_mb, found.held_out) == (COST, 700.0, [(0.7, True), (0.2, False)])
        assert found.readings == [("cost", 0.8, False, 2.0, 1.0)]
        assert runs.kept(file, data_set, pipelines.OURS, "changed since") is None

    def test_only_what_is_not_kept_is_measured(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        source = SOURCES[0]
        for name in (source.train, *source.test):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("sentence,label\nprice,cost\n", encoding="utf-8")
        (tmp_path / "parsed.jsonl").write_text(self.PARSED, encoding="utf-8")
        out = tmp_path / "out"
        (tmp_path / "work").mkdir()
        bench = pipelines.Bench(PROJECT, tmp_path / "work", out / "nlu-readings", timeout=20)
        for pipeline in pipelines.PIPELINES:
            bench.keep(tmp_path / "parsed.jsonl", COST, read(source, tmp_path), pipeline)
        asked = ["--data", str(tmp_path), "--out", str(out), "--only", source.name]
        assert command.main([*asked, "--resume", "--pipelines", "ours"]) == 0
        said = capsys.readouterr().out.splitlines()
        assert said[0] == f"[1/1] {source.name}, config.yml: kept"
        assert [line.split(" | ")[1] for line in said[3:6]] == list(pipelines.PIPELINES)  # the table has all


class TestProject:
    def test_the_pipeline_goes_in_byte_for_byte(self, tmp_path: Path) -> None:
        config = tmp_path / "given.yml"
        config.write_bytes(b"# as it is\r\npipeline: []\n")
        pipelines.write_project(DataSet("made", None, TEST[:2], TEST), config, tmp_path)
        assert (tmp_path / "config.yml").read_bytes() == config.read_bytes()
        lines = (tmp_path / "nlu.yml").read_text(encoding="utf-8").splitlines()
        assert json.loads(lines[1].removeprefix("nlu: ")) == [
            {"intent": "cost", "examples": [{"text": "price"}]},
            {"intent": "delivery", "examples": [{"text": "where is it"}]},
        ]


class TestChild:
    def test_its_time_and_memory_are_measured(self, tmp_path: Path) -> None:
        cost = child.run(["/bin/sh", "-c", "sleep 0.2"], tmp_path, {}, timeout=20)
        assert 0.2 <= cost.seconds < 20
        assert 0 < cost.peak_mb < 1000
        assert cost.processor_seconds < cost.seconds  # it slept

    def test_what_its_own_children_worked_counts(self, tmp_path: Path) -> None:
        busy = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"
        cost = child.run(["/bin/sh", "-c", f"/bin/sh -c '{busy}'; true"], tmp_path, {}, timeout=20)
        assert cost.processor_seconds > 0

    def test_an_error_is_told_by_its_last_line(self, tmp_path: Path) -> None:
        with pytest.raises(child.ChildFailed, match="ended with 3: no room"):
            child.run(["/bin/sh", "-c", "echo started; echo no room; exit 3"], tmp_path, {}, timeout=20)

    def test_one_that_takes_too_long_is_ended(self, tmp_path: Path) -> None:
        with pytest.raises(child.ChildFailed, match="not done"):
            child.run(["/bin/sleep", "60"], tmp_path, {}, timeout=0.2)
