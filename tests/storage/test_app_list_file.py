"""Files of the list: of another layout, and when they go."""

import gc
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from shared.domain.app_summaries import AppSummary
from shared.storage.app_list_file import ListBuilder, ListFile, ListFiles, build, pack, unpack
from shared.storage.app_list_rows import ListedApp, listed_apps

APPS = [ListedApp(AppSummary(app_id=f"{number:02}"), ("owner-1",) if number % 2 else ()) for number in range(5)]
IDS = [app.row.app_id for app in APPS]


def test_a_file_of_another_layout_is_derived_anew_from_its_bodies_and_owners() -> None:
    files = ListFiles()
    path = files.new_path()
    build(path, APPS)
    with closing(sqlite3.connect(path)) as connection:
        for table in ("apps", "words", "worded"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 1")
    file = ListFile(path)
    assert list(file.read(lambda state: listed_apps(state, IDS)).values()) == APPS
    assert not path.exists()


def test_a_file_goes_when_its_last_reader_is_done_and_the_folder_with_the_process() -> None:
    files = ListFiles()
    path = files.new_path()
    build(path, APPS)
    file: ListFile | None = ListFile(path)
    assert file is not None
    with file.reading() as state:
        file = None
        gc.collect()
        assert path.exists()
        assert state.execute("SELECT count(*) FROM apps").fetchone() == (5,)
    del state
    gc.collect()
    assert list(path.parent.iterdir()) == []
    folder = path.parent
    del files
    gc.collect()
    assert not folder.exists()


def test_a_file_that_is_not_finished_goes_again() -> None:
    files = ListFiles()
    path = files.new_path()
    with ListBuilder(path) as builder:
        builder.rows.add(APPS)
    assert not path.exists()


def test_what_a_process_left_that_died_is_removed_and_what_lives_stays() -> None:
    left = Path(tempfile.gettempdir(), "consentry-applist-4194999-left")
    living = ListFiles()
    kept = living.new_path()
    left.mkdir(exist_ok=True)
    try:
        ListFiles().new_path()
        assert not left.exists()
        assert kept.parent.exists()
    finally:
        shutil.rmtree(left, ignore_errors=True)


def test_readers_see_one_state_each_while_changes_are_laid_over_it() -> None:
    files = ListFiles()
    path = files.new_path()
    build(path, APPS)
    file = ListFile(path)
    changed = ListedApp(AppSummary(app_id="00", display_name="New"))
    with file.reading() as state:
        before = listed_apps(state, ["00"])
        file.lay([changed])
        assert listed_apps(state, ["00"]) == before == {"00": APPS[0]}
    assert file.read(lambda state: listed_apps(state, ["00"])) == {"00": changed}
    assert file.count() == 5


def test_packing_the_same_file_gives_the_same_bytes_and_unpacking_the_file() -> None:
    files = ListFiles()
    path, first, second, unpacked = (files.new_path() for _ in range(4))
    build(path, APPS)
    pack(path, first)
    pack(path, second)
    unpack(first, unpacked)
    assert first.read_bytes() == second.read_bytes()
    assert unpacked.read_bytes() == path.read_bytes()
