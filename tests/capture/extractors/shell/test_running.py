"""Commands that bash really runs: what is found has to be what is on the disk afterwards."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given, settings, strategies as st

from airflow_lineage_provider.capture.extractors.bash import BashExtractor
from airflow_lineage_provider.capture.extractors.extractor import Extraction

SOURCES = ("a.csv", "b.csv", "c d.csv")
_SOURCE = st.sampled_from(["a.csv", "b.csv", "'c d.csv'", '"$IN"', '"${IN%.csv}.csv"'])
_NEW = st.sampled_from(["n1", "n2", "'n 3'", "$OUT", "d/n4", "d/"])
_SIMPLE = st.one_of(
    st.builds("cp {} {}".format, _SOURCE, _NEW),
    st.builds("cat {} > {}".format, _SOURCE, _NEW.filter(lambda name: name != "d/")),
    st.builds("cat < {} >> {}".format, _SOURCE, _NEW.filter(lambda name: name != "d/")),
    st.builds("cat {} | sort | tee {}".format, _SOURCE, _NEW.filter(lambda name: name != "d/")),
    st.builds("sort -o {1} {0}".format, _SOURCE, _NEW.filter(lambda name: name != "d/")),
    st.just("mv a.csv d/moved && cp d/moved a.csv"),
    st.just("IN=b.csv"),
    st.just("OUT=n9; export OUT"),
    st.just("for f in a b; do cp $f.csv d/$f.out; done"),
    st.just("cat > n6 <<EOF\n$IN $(date)\nEOF"),
    st.just("cd d; cp ../b.csv .; cd .."),
    st.just('copy() { cp "$1" "d/copied"; }; copy a.csv'),
    st.just("bash -c 'cp \"$1\" d/n7' x a.csv"),
    st.just("cat <<EOF | tee n5 && cp a.csv d/n10\nx $IN\nEOF"),
    st.just("cat > n5 <<'EOF' && cp b.csv d/n11\ncp a.csv never\nEOF"),
    st.just("cat <<-EOF > n5\n\tcp a.csv never\n\tEOF"),
    st.just("x=$(cp a.csv d/n12)"),
    st.just("cat <(cp a.csv d/n13; cat b.csv) > n5"),
    st.just("true || cp a.csv never"),
    st.just("false && cp a.csv never"),
    st.just("[ x = y ] && cp a.csv never"),
    st.just(": cp a.csv never # cp a.csv never"),
    st.just("echo 'cp a.csv never' 2> /dev/null"),
)


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}\n{}".format, inner, inner),
        st.builds(
            "{} && {}".format, _SIMPLE.filter(lambda text: "EOF" not in text and "#" not in text), inner
        ),
        st.builds("(\n{}\n)".format, inner),
        st.builds("{{\n{}\n}}".format, inner),
        st.builds("if true; then\n{}\nelse\ncp a.csv never\nfi".format, inner),
        st.builds("if [ a = b ]; then\ncp a.csv never\nelif [ -n x ]; then\n{}\nfi".format, inner),
        st.builds("for i in 1 2; do\n{}\ndone".format, inner),
    )


@settings(max_examples=80, deadline=None)
@given(st.recursive(_SIMPLE, _wrapped, max_leaves=6))
def test_outputs_are_the_files_that_bash_has_made(script: str) -> None:
    with tempfile.TemporaryDirectory(prefix="shell-running-") as folder:
        for name in SOURCES:
            Path(folder, name).write_text("1\n")
        Path(folder, "d").mkdir()
        environment = {"PATH": os.environ["PATH"], "IN": "c d.csv", "OUT": "n8"}
        ran = subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=environment, capture_output=True)
        if ran.returncode:
            # Chains that end in an answer of "no" are fine for bash and stop "bash -e" only at their end.
            return
        made = {str(path) for path in Path(folder).rglob("*") if path.is_file()} - {
            f"{folder}/{name}" for name in SOURCES
        }
        extraction = Extraction()
        task = SimpleNamespace(bash_command=script, cwd=folder, env=environment, append_env=False)
        BashExtractor().extract(task, {}, extraction, failed=False)
        written = {entry.identity.name for entry in extraction.outputs}
        if "||" in script:
            # Something before it failed, so it was taken: which nobody knows.
            made.discard(f"{folder}/never")
            written.discard(f"{folder}/never")
        assert written - {f"{folder}/a.csv"} == made, script
        assert {entry.identity.name for entry in extraction.inputs} <= {
            f"{folder}/{name}" for name in SOURCES
        }, script
        assert {note.partition(": ")[2].partition(", ")[0] for note in extraction.truncated} <= (
            {"cp"} if "||" in script else set()
        )
