"""``spark-submit``: the files it is told to send along. What the application does with its arguments is not guessed."""

from __future__ import annotations

import re

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field
from airflow_lineage_provider.capture.extractors.shell.options import options_of

_VALUED = (
    "--master --deploy-mode --class --name --jars --packages --exclude-packages --repositories --py-files --files "
    "--archives --conf -c --properties-file --driver-memory --driver-java-options --driver-library-path "
    "--driver-class-path --executor-memory --proxy-user --driver-cores --total-executor-cores --executor-cores "
    "--num-executors --principal --keytab --queue"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def spark_submit(call: Call) -> None:
    options = options_of(call.arguments, _VALUED, operands_end=True)
    for value in options.all("--files", "--archives", "--py-files"):
        for entry in value.sure().split(","):
            # "archive.zip#alias" is unpacked under another name.
            name = entry.strip().partition("#")[0]
            if _URI.match(name) and not name.startswith("file://"):
                call.read_from(name)
            elif name:
                call.read(Field.of(name.removeprefix("file://")))
