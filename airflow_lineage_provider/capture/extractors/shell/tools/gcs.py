"""``gsutil`` and ``gcloud storage``: objects of Google Cloud Storage to files and back."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field
from airflow_lineage_provider.capture.extractors.shell.object_store import transfer
from airflow_lineage_provider.capture.extractors.shell.options import options_of

_SCHEMES = ("gs://", "s3://")
_GSUTIL = "-h -o -i -u -D? -a -j -s -t -x -y -L -z"
_GCLOUD = (
    "--project --account --configuration --format --verbosity --billing-project --impersonate-service-account "
    "--content-type --cache-control --storage-class --exclude --decryption-keys --encryption-key --manifest-path "
    "--predefined-acl --custom-metadata"
)


def gsutil(call: Call) -> None:
    outer = options_of(call.arguments, _GSUTIL, operands_end=True)
    if outer.operands:
        _act(call, outer.operands[0].text, outer.operands[1:], _GSUTIL)


def gcloud(call: Call) -> None:
    operands = options_of(call.arguments, _GCLOUD).operands
    while operands and operands[0].text in ("alpha", "beta"):
        operands = operands[1:]
    if len(operands) > 1 and operands[0].text == "storage":
        at = next(index for index, word in enumerate(call.arguments) if word is operands[1])
        _act(call, operands[1].text, call.arguments[at + 1 :], _GCLOUD)


def _act(call: Call, action: str | None, arguments: list[Field], valued: str) -> None:
    if action not in ("cp", "mv", "rsync"):
        return
    options = options_of(arguments, valued)
    sources = options.operands
    if len(sources) < 2 or (action == "rsync" and options.has("-n", "--dry-run")):
        return
    whole = action == "rsync" or options.has("-r", "-R", "--recursive")
    for source in sources[:-1]:
        transfer(call, source, sources[-1], _SCHEMES, whole_folder=whole, moves=action == "mv")
