"""``curl`` and ``wget``: what they fetch, and the file they put it into."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urlsplit

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.naming import asset_of

_CURL = (
    "-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --abstract-unix-socket --user-agent "
    "--cookie --cookie-jar --continue-at --data --data-ascii --data-binary --data-raw --data-urlencode --json "
    "--dump-header --referer --cert --form --form-string --header --config --max-time --output --output-dir --range "
    "--upload-file --user --proxy-user --write-out --proxy --request --connect-timeout --retry --retry-delay "
    "--retry-max-time --cacert --capath --key --url --resolve --interface --limit-rate --max-redirs --oauth2-bearer "
    "--aws-sigv4 --max-filesize --netrc-file --stderr --trace --unix-socket --cert-type --key-type --pass --url-query"
)
_WGET = (
    "-a -A -B -D -e -i -I -l -o -O -P -Q -R -t -T -U -w -X --append-output --output-file --output-document "
    "--directory-prefix --input-file --tries --timeout --wait --user --password --user-agent --header --post-data "
    "--post-file --method --body-data --body-file --load-cookies --save-cookies --ca-certificate --certificate "
    "--private-key --limit-rate --accept --reject --level --domains --http-user --http-password --referer"
)
_SENDS = (
    "-d",
    "--data",
    "--data-ascii",
    "--data-binary",
    "--data-raw",
    "--data-urlencode",
    "--json",
    "-F",
    "--form",
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def curl(call: Call) -> None:
    options = call.options(_CURL)
    urls = [*options.all("--url"), *options.operands]
    uploads = options.all("-T", "--upload-file")
    method = (value.text or "?" if (value := options.get("-X", "--request")) is not None else "GET").upper()
    sends = options.has(*_SENDS) and not options.has("-G", "--get")
    if sends:
        _read_sent(call, [value for name in _SENDS for value in options.all(name)])
    if uploads:
        call.read(*uploads)
        for url in urls:
            call.write_to(_dataset(_uploaded(url, uploads[0])))
        return
    if sends or method not in ("GET", "POST") or options.has("-I", "--head"):
        return
    files = options.all("-o", "--output")
    named = options.has("-O", "--remote-name", "--remote-name-all")
    folder = options.get("--output-dir")
    base = f"{folder.sure().rstrip('/')}/" if folder is not None else ""
    if not (files or named or call.keeps_output):
        return
    for index, url in enumerate(urls):
        call.read_from(_dataset(url))
        if index < len(files):
            call.write(Field((base, *files[index].parts)) if base else files[index])
        elif named:
            call.write(Field.of(base + _name(url)))


def wget(call: Call) -> None:
    options = call.options(_WGET)
    if options.has("--spider"):
        return
    if options.has("-i", "--input-file"):
        raise NotCertain("the addresses are in a file")
    file, folder = options.get("-O", "--output-document"), options.get("-P", "--directory-prefix")
    for url in options.operands:
        if file is not None and file.text == "-" and not call.keeps_output:
            continue
        call.read_from(_dataset(url))
        if file is None:
            base = f"{folder.sure().rstrip('/')}/" if folder is not None else ""
            call.write(Field.of(base + _name(url)))
    if file is not None:
        call.write(file)


def _dataset(url: Field) -> DatasetId:
    """What an address names; its query may be unknown, for it is no part of the name."""
    text = url.prefix
    if url.unknown is not None and "?" not in text:
        text = _without_user(url)
    text = text.partition("?")[0].partition("#")[0]
    return asset_of(text if _SCHEME.match(text) else f"http://{text}", None)


def _without_user(url: Field) -> str:
    """Text of an address of which only the user, the password or the query is unknown."""
    text = "".join(part if isinstance(part, str) else "\0" for part in url.parts)
    scheme, separator, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    address = f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
    if "\0" in address:
        url.sure()
    return address


def _name(url: Field) -> str:
    dataset = _dataset(url)
    return posixpath.basename(dataset.name.rstrip("/")) or "index.html"


def _uploaded(url: Field, file: Field) -> Field:
    """An address that ends with a slash gets the file's name."""
    text = url.text
    if text is None or not text.endswith("/") or not urlsplit(text).path:
        return url
    return Field.of(text + posixpath.basename(unquote(file.sure())))


def _read_sent(call: Call, values: list[Field]) -> None:
    for value in values:
        mark = value.prefix.find("@")
        name, equals, _ = value.prefix.partition("=")
        if mark == 0 or (equals and mark == len(name) + 1):
            file = value.after(mark + 1)
            text = file.text
            call.read(Field.of(text.partition(";")[0]) if text is not None else file)
