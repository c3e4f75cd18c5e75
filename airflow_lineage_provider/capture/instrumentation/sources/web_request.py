"""What a GET request says of data: its URL, if it was answered and is nobody's own traffic."""

from __future__ import annotations

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.address import web_name

_FIRST_ERROR = 400
_MACHINE = ("http://169.254.169.254/", "http://169.254.170.2/", "http://[fd00:ec2::254]/", "http://metadata.google.internal/", "http://metadata/", "http://in-process.invalid")  # fmt: skip
"""Where clouds keep the credentials of a machine, and where Airflow talks to itself in one process."""


def own_addresses() -> tuple[str, ...]:
    """Beginnings of what is asked by Airflow and of the machine: never data."""
    from airflow.sdk.configuration import conf

    addresses = []
    for section, key in (("core", "execution_api_server_url"), ("api", "base_url"), ("edge", "api_url")):
        name = web_name(conf.get(section, key, fallback="") or "")
        if name is not None:
            addresses.append(name)
    return (*_MACHINE, *addresses)


def answered(method: object, url: object, status: object, own: tuple[str, ...]) -> None:
    """Report the answer to a request.

    :param url: what was asked for in the first place, whatever it was redirected to.
    :param own: see :func:`own_addresses`.
    """
    if method != "GET" or not isinstance(status, int) or status >= _FIRST_ERROR:
        return
    name = web_name(str(url))
    if name is not None and not name.startswith(own):
        OBSERVER.saw(Act.READ, name)
