"""``aws s3`` and ``aws s3api``: objects of S3 to files and back."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.capture.extractors.shell.object_store import transfer
from airflow_lineage_provider.capture.extractors.shell.options import Options

_VALUED = (
    "--profile --region --endpoint-url --output --query --color --ca-bundle --cli-read-timeout --cli-connect-timeout "
    "--acl --include --exclude --sse --sse-kms-key-id --sse-c --sse-c-key --storage-class --content-type "
    "--cache-control --content-encoding --content-disposition --content-language --expires --metadata "
    "--metadata-directive --grants --source-region --expected-size --page-size --copy-props --checksum-algorithm "
    "--checksum-mode --request-payer --website-redirect --bucket --key --body --copy-source --range --version-id "
    "--if-match --tagging --server-side-encryption --ssekms-key-id"
)
_SCHEMES = ("s3://",)


def aws(call: Call) -> None:
    options = call.options(_VALUED)
    match [word.text for word in options.operands[:2]]:
        case ["s3", "cp" | "mv" | "sync" as action] if not options.has("--dryrun"):
            sources = options.operands[2:]
            if len(sources) != 2:
                raise NotCertain(
                    next((w.unknown.reason for w in sources if w.unknown), "it has no source or target")
                )
            whole = action == "sync" or options.has("--recursive")
            transfer(call, sources[0], sources[1], _SCHEMES, whole_folder=whole, moves=action == "mv")
        case ["s3api", "get-object"]:
            call.read_from(_object(options))
            call.write(*options.operands[2:3])
        case ["s3api", "put-object"]:
            call.read(*options.all("--body"))
            call.write_to(_object(options))
        case ["s3api", "copy-object"]:
            source = options.get("--copy-source")
            if source is not None:
                call.read_from(f"s3://{source.sure().lstrip('/').partition('?')[0]}")
            call.write_to(_object(options))


def _object(options: Options) -> str:
    bucket, key = options.get("--bucket"), options.get("--key")
    if bucket is None or key is None:
        raise NotCertain("it names no bucket or no key")
    return f"s3://{bucket.sure()}/{key.sure()}"
