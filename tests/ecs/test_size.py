"""What a text takes in a document, by the codec's own word."""

from hypothesis import given
from hypothesis import strategies as st

from edr_tui.ecs import encode
from edr_tui.ecs.size import MOST_PER_CHARACTER, beginning, encoded_size
from edr_tui.model.event import EventsLost, Host

texts = st.text(alphabet=st.characters(exclude_categories=()) | st.sampled_from('x"\\\x7f\x01\udcff'))


def told(text: str) -> int:
    """How many bytes the line of a document has that carries it."""
    lost = EventsLost(at_ns=1, sequence=1, provider="x", host=Host(), stage=text, count=1)
    return len(encode(lost))


@given(texts)
def test_a_size_is_what_the_codec_writes(text: str) -> None:
    assert encoded_size(text) == told(text) - told("")
    assert all(encoded_size(character) <= MOST_PER_CHARACTER for character in text)


@given(st.lists(texts, max_size=4), st.integers(0, 2000), st.integers(1, 600))
def test_a_beginning_is_as_long_as_the_limit_allows(parts: list[str], limit: int, times: int) -> None:
    text = "".join(parts) * times
    kept = beginning(text, limit)
    assert text.startswith(kept)
    sizes = list(map(encoded_size, text[: len(kept) + 1]))
    assert sum(sizes[: len(kept)]) <= limit
    assert len(kept) == len(text) or sum(sizes) > limit
