"""Makes the OpenLineage client's Kafka transport wait for the broker, and fail where that did not take an event."""

from __future__ import annotations

from typing import Any

LONGEST_FLUSH = 30.0
"""Seconds to wait for the broker's answer to one event: less than a lease of the queue."""


class NotDelivered(Exception):
    """The broker did not take an event, or did not say so in time."""


class ConfirmedProducer:
    """A Kafka producer of which ``produce`` returns when the event was delivered, else raises.

    The client itself would return at once, or wait and write the broker's refusal to its log only.

    :param producer: a ``confluent_kafka.Producer``.
    """

    def __init__(self, producer: Any) -> None:
        self._producer = producer

    def produce(self, *args: Any, **options: Any) -> None:
        """Raises :class:`NotDelivered`, or what the producer raises of an event that it does not even queue."""
        answers: list[Any] = []
        options["on_delivery"] = lambda error, message: answers.append(error)
        self._producer.produce(*args, **options)
        self._producer.flush(timeout=LONGEST_FLUSH)
        if not answers:
            self._forget()
            raise NotDelivered(f"no answer of the Kafka broker in {LONGEST_FLUSH:g} seconds")
        if answers[0] is not None:
            raise NotDelivered(_words(answers[0]))

    def flush(self, timeout: float = -1) -> int:
        """Number of messages that are left; it waits for a bounded time even where it is asked to wait for ever."""
        left: int = self._producer.flush(timeout=timeout if 0 <= timeout < LONGEST_FLUSH else LONGEST_FLUSH)
        return left

    def _forget(self) -> None:
        # The event is sent again by the queue: what still lies here would come as well, and late.
        purge = getattr(self._producer, "purge", None)
        if purge is not None:
            purge()
            self._producer.flush(timeout=0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)


def confirm_delivery(transport: Any) -> None:
    """Let each Kafka producer inside one of the client's transports confirm what it sends.

    :raises TypeError: a Kafka transport without a producer, which could lose events unseen.
    """
    from openlineage.client.transport import CompositeTransport, KafkaTransport, TransformTransport

    if isinstance(transport, KafkaTransport):
        if getattr(transport, "producer", None) is None:
            raise TypeError(
                "this version of the client shows no Kafka producer, so that nobody could tell whether events are "
                "delivered; use http to a proxy before Kafka, or a composite with file"
            )
        transport.producer = ConfirmedProducer(transport.producer)
    elif isinstance(transport, CompositeTransport):
        for part in transport.transports:
            confirm_delivery(part)
    elif isinstance(transport, TransformTransport):
        confirm_delivery(transport.transport)


def _words(error: Any) -> str:
    name, text = getattr(error, "name", None), getattr(error, "str", None)
    return f"{name()}: {text()}" if callable(name) and callable(text) else str(error)
