"""The messages between console and supervisor: what is none, is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui.launch import SENSOR_NAMES
from edr_tui.privilege.orders import (
    MAX_INTERVAL_US,
    MIN_INTERVAL_US,
    ORDER_SIZE,
    REPLY_SIZE,
    Order,
    OrderError,
    SensorEnded,
    Started,
    StartFailed,
    decode_order,
    decode_reply,
    encode_order,
    encode_reply,
)
from edr_tui.sensors.choose import SENSORS

INTERVALS = st.integers(MIN_INTERVAL_US, MAX_INTERVAL_US)


def test_the_supervisor_starts_every_sensor_there_is():
    assert set(SENSORS) <= set(SENSOR_NAMES)


@given(st.sampled_from([None, *SENSOR_NAMES]), INTERVALS)
def test_an_order_comes_back(name, interval):
    message = encode_order(Order(name, interval))
    assert len(message) == ORDER_SIZE
    assert decode_order(message, SENSOR_NAMES) == Order(name, interval)


@given(st.sampled_from([Started(), StartFailed(2), SensorEnded(0), SensorEnded(-9), SensorEnded(137)]))
def test_a_reply_comes_back(reply):
    message = encode_reply(reply)
    assert len(message) == REPLY_SIZE
    assert decode_reply(message) == reply


@given(st.binary(max_size=40) | st.binary(min_size=ORDER_SIZE, max_size=ORDER_SIZE))
def test_other_bytes_are_no_order(message):
    with pytest.raises(OrderError):
        decode_order(message, SENSOR_NAMES)


@pytest.mark.parametrize("name", ["pol", "poll ", "POLL", "poll\0x", "../poll", "sh", "--help", "x" * 16])
def test_a_name_that_is_not_in_the_list_is_no_order(name):
    with pytest.raises(OrderError, match="no such sensor"):
        decode_order(encode_order(Order(name, MIN_INTERVAL_US)), SENSOR_NAMES)


@pytest.mark.parametrize("interval", [0, MIN_INTERVAL_US - 1, MAX_INTERVAL_US + 1, 2**32 - 1])
def test_an_interval_out_of_bounds_is_no_order(interval):
    with pytest.raises(OrderError, match="out of bounds"):
        decode_order(encode_order(Order("poll", interval)), SENSOR_NAMES)
