"""``az storage blob``: blobs of Azure to files and back."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.capture.extractors.shell.options import Options
from airflow_lineage_provider.model.dataset_id import DatasetId

_VALUED = (
    "-c -n -f -s -d --container-name --name --file --account-name --account-key --connection-string --sas-token "
    "--subscription --source --destination --destination-path --pattern --auth-mode --blob-url --content-type --type "
    "--tier --metadata -o --output --query"
)


def az(call: Call) -> None:
    options = call.options(_VALUED)
    match [word.text for word in options.operands[:3]]:
        case ["storage", "blob", "upload"]:
            call.read(*options.all("-f", "--file"))
            call.write_to(_blob(call, options, "-c --container-name", "-n --name"))
        case ["storage", "blob", "download"]:
            call.read_from(_blob(call, options, "-c --container-name", "-n --name"))
            call.write(*options.all("-f", "--file"))
        case ["storage", "blob", "upload-batch"]:
            call.read(*options.all("-s", "--source"))
            call.write_to(_blob(call, options, "-d --destination", "--destination-path"))
        case ["storage", "blob", "download-batch"]:
            call.read_from(_blob(call, options, "-s --source", ""))
            call.write(*options.all("-d", "--destination"))


def _blob(call: Call, options: Options, container: str, name: str) -> DatasetId:
    account = call.setting(options, "--account-name", "AZURE_STORAGE_ACCOUNT")
    folder = options.get(*container.split())
    if not account or folder is None or "://" in folder.prefix:
        raise NotCertain("the storage account or the container is not known")
    blob = options.get(*name.split()) if name else None
    return DatasetId(
        f"wasbs://{folder.sure()}@{account}.blob.core.windows.net", blob.sure() if blob is not None else "/"
    )
