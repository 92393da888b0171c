import dataclasses

import pytest

from edr_tui.model.process import Exit, Image, Process, ProcessRecord
from edr_tui.model.replacing import replace

NODE = Process(entity_id="a", pid=1, images=(Image(name="sh"),), first_seen_ns=1)


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (NODE, {}),
        (NODE, {"exit": Exit(at_ns=3), "pid": 2}),
        (Image(name="sh"), {"since_ns": 4}),
        (ProcessRecord(entity_id="a", pid=1, image=Image()), {"unknown": {"user.id": "denied"}}),
    ],
)
def test_it_is_what_the_standard_library_makes(value, changes):
    before = dataclasses.replace(value)
    made = replace(value, **changes)
    assert made == dataclasses.replace(value, **changes)
    assert type(made) is type(value)
    assert value == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, dataclasses.fields(made)[0].name, 3)


def test_a_field_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        replace(NODE, nosuch=1)
