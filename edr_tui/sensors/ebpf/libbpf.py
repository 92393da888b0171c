"""libbpf.so.1 by ctypes: the few functions that are called, with their types."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

_POINTER, _TEXT, _INT, _SIZE = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_size_t

LIBRARY = "libbpf.so.1"
_FUNCTIONS: dict[str, tuple[Any, ...]] = {  # the result, then the arguments
    "libbpf_set_print": (_POINTER, _POINTER),
    "libbpf_num_possible_cpus": (_INT,),
    "bpf_object__open_mem": (_POINTER, _TEXT, _SIZE, _POINTER),
    "bpf_object__load": (_INT, _POINTER),
    "bpf_object__close": (None, _POINTER),
    "bpf_object__find_map_by_name": (_POINTER, _POINTER, _TEXT),
    "bpf_object__find_program_by_name": (_POINTER, _POINTER, _TEXT),
    "bpf_map__set_max_entries": (_INT, _POINTER, ctypes.c_uint32),
    "bpf_map__fd": (_INT, _POINTER),
    "bpf_program__fd": (_INT, _POINTER),
    "bpf_program__attach": (_POINTER, _POINTER),
    "bpf_program__attach_perf_event": (_POINTER, _POINTER, _INT),
    "bpf_link__destroy": (_INT, _POINTER),
    "bpf_map_lookup_elem": (_INT, _INT, _POINTER, _POINTER),
    "bpf_obj_get_info_by_fd": (_INT, _INT, _POINTER, _POINTER),
    "ring_buffer__new": (_POINTER, _INT, _POINTER, _POINTER, _POINTER),
    "ring_buffer__epoll_fd": (_INT, _POINTER),
    "ring_buffer__free": (None, _POINTER),
}
# The GIL is kept from here to the callback and back: to let go of it for every record would hand the
# processor to the writer's thread thousands of times a second. It never waits for anything.
_CONSUME = "ring_buffer__consume"

SAMPLE = ctypes.PYFUNCTYPE(_INT, _POINTER, _POINTER, _SIZE)
_PRINT = ctypes.CFUNCTYPE(_INT, _INT, _TEXT, _POINTER)
_WARN = 0


class Libbpf:
    """The library; its functions are attributes. Raises OSError if it or one of them is missing."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(LIBRARY, use_errno=True)
        self._holding = ctypes.PyDLL(LIBRARY, use_errno=True)
        self._libc = ctypes.CDLL(None)
        self.said: list[str] = []
        try:
            for name, (result, *arguments) in _FUNCTIONS.items():
                _declare(self._library, name, result, arguments)
            _declare(self._holding, _CONSUME, _INT, [_POINTER])
        except AttributeError as fault:
            raise OSError(f"{LIBRARY} is too old: {fault}") from None
        self._print = _PRINT(self._listen)
        self._library.libbpf_set_print(ctypes.cast(self._print, _POINTER))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(self._holding if name == _CONSUME else self._library, name)
        return function

    def _listen(self, level: int, form: bytes, values: int) -> int:
        """Keep warnings; values is a va_list, which every ABI hands on as one pointer."""
        if level == _WARN and len(self.said) < 400:
            line = ctypes.create_string_buffer(512)
            self._libc.vsnprintf(line, _SIZE(len(line)), form, _POINTER(values))
            self.said.append(line.value.decode("utf-8", "replace").strip())
        return 0


def _declare(library: ctypes.CDLL, name: str, result: Any, arguments: list[Any]) -> None:
    function = getattr(library, name)
    function.restype = result
    function.argtypes = arguments
