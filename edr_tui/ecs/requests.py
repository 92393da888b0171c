"""Request <-> one line of JSON, at most 4,096 bytes of it: what a pipe takes whole or not at all."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from edr_tui.model.request import InspectRequest, Request, SignalRequest

LONGEST_REQUEST = 4_096

_Id = Annotated[str, Meta(min_length=1, max_length=64)]
_EntityId = Annotated[str, Meta(min_length=1, max_length=256)]
_Word = Annotated[str, Meta(min_length=1, max_length=32)]


class _Any(Struct):
    request: str
    id: _Id


class _Inspect(Struct, tag_field="request", tag="inspect", forbid_unknown_fields=True):
    id: _Id
    entity_id: _EntityId
    want: Annotated[tuple[_Word, ...], Meta(min_length=1, max_length=32)]


class _Signal(Struct, tag_field="request", tag="signal", forbid_unknown_fields=True, omit_defaults=True):
    id: _Id
    entity_id: _EntityId
    signal: _Word
    subtree: bool = False


_any = msgspec.json.Decoder(_Any)
_known = msgspec.json.Decoder(_Inspect | _Signal)
_encoder = msgspec.json.Encoder()


class RequestError(ValueError):
    """A line that is no request of ours; the message is a sentence.

    action: what was asked for, where that is known, else "request". id: None where it has none.
    """

    def __init__(self, sentence: str, action: str = "request", id: str | None = None) -> None:
        super().__init__(sentence)
        self.action = action
        self.id = id


def encode_request(request: Request) -> bytes:
    """One line of JSON with its newline. Raises RequestError if it would be longer than 4,096 bytes."""
    match request:
        case InspectRequest():
            line = _encoder.encode(_Inspect(request.id, request.entity_id, request.want))
        case SignalRequest():
            line = _encoder.encode(_Signal(request.id, request.entity_id, request.signal, request.subtree))
    if len(line) >= LONGEST_REQUEST:
        raise RequestError("the request is too long", action_of(request), request.id)
    return line + b"\n"


def decode_request(line: bytes) -> Request:
    """The request that one line tells. Raises RequestError, and nothing else."""
    try:
        asked = _any.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as fault:
        raise RequestError(f"this is no request: {fault}") from None
    if asked.request not in ("inspect", "signal"):
        raise RequestError(
            f"{asked.request[:40]!a} is not a request: there are inspect and signal", id=asked.id
        )
    try:
        request = _known.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as fault:
        raise RequestError(str(fault), asked.request, asked.id) from None
    if isinstance(request, _Inspect):
        return InspectRequest(id=request.id, entity_id=request.entity_id, want=request.want)
    return SignalRequest(
        id=request.id, entity_id=request.entity_id, signal=request.signal, subtree=request.subtree
    )


def action_of(request: Request) -> str:
    """The event.action of its answer."""
    return "inspect" if isinstance(request, InspectRequest) else "signal"
