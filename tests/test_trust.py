"""What root believes: only what nobody else can change, nor anything on the way to it."""

import os

import pytest

from edr_tui.trust import foreign_writer
from tests.sudo import NOBODY, needs_root


@pytest.fixture
def file(tmp_path):
    """A file of root's in folders of root's."""
    folder = tmp_path / "outer" / "inner"
    folder.mkdir(parents=True)
    path = folder / "file"
    path.write_text("")
    for place in (folder.parent, folder):
        place.chmod(0o755)
    path.chmod(0o644)
    return path


@needs_root
def test_what_is_roots_alone_is_believed(file):
    assert foreign_writer(file) is None
    assert foreign_writer(file.parent) is None


@needs_root
@pytest.mark.parametrize("steps", [0, 1, 2])
@pytest.mark.parametrize(
    ("mode", "uid", "gid", "who"),
    [
        (0o777, 0, 0, "everybody"),
        (0o775, 0, NOBODY, f"group {NOBODY}"),
        (0o775, 0, 0, None),
        (0o755, NOBODY, 0, f"user {NOBODY}"),
    ],
)
def test_whoever_can_change_anything_on_the_way_is_named(file, steps, mode, uid, gid, who):
    place = [file, *file.parents][steps]
    os.chown(place, uid, gid)
    place.chmod(mode)
    what = "it" if steps == 0 else str(place)
    assert foreign_writer(file) == (None if who is None else f"{who} can change {what}")


@needs_root
def test_in_a_sticky_folder_only_its_owner_can_replace_a_file(file):
    file.parent.chmod(0o1777)
    assert foreign_writer(file) is None
    os.chown(file, NOBODY, 0)
    assert foreign_writer(file) == f"user {NOBODY} can change it"


@needs_root
def test_links_are_followed_and_every_one_of_them_counts(file, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    second.symlink_to("outer/inner")
    first.symlink_to(second)
    through = first / "file"
    assert foreign_writer(through) is None
    os.chown(second, NOBODY, 0, follow_symlinks=False)
    assert foreign_writer(through) == f"user {NOBODY} can change {second}"
    os.chown(second, 0, 0, follow_symlinks=False)
    file.parent.chmod(0o777)
    assert foreign_writer(through) == f"everybody can change {file.parent}"


@needs_root
def test_a_way_up_again_is_what_the_kernel_makes_of_it(file, tmp_path, monkeypatch):
    """.. after a link leads out of where the link leads to."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.symlink_to(file.parent)
    file.parent.parent.chmod(0o777)
    monkeypatch.chdir(tmp_path)
    path = type(file)("elsewhere") / ".." / "inner" / "file"
    assert path.samefile(file)
    assert foreign_writer(path) == f"everybody can change {file.parent.parent}"


@needs_root
def test_a_circle_of_links_and_what_is_not_there_are_errors(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for path in (tmp_path / "a", tmp_path / "nothing"):
        with pytest.raises(OSError):
            foreign_writer(path)


@needs_root
def test_a_name_cannot_touch_the_sentence(tmp_path):
    folder = tmp_path / "\x1b[2J"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "x").touch()
    assert foreign_writer(folder / "x") == f"everybody can change {tmp_path}/\\x1b[2J"


def test_who_is_not_root_believes_its_own_eyes(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert foreign_writer(tmp_path / "nothing") is None
