"""Collections remember what delta queries ask for."""

from local.tenant.directory.collections import Change, Collection


def test_changes_tell_which_properties_have_changed() -> None:
    collection = Collection()
    collection.load([{"id": "b", "name": "old", "colour": "red"}])
    start = collection.version
    collection.put({"id": "b", "name": "new", "colour": "red"})
    collection.put({"id": "a", "name": "first"})
    assert collection.changes_since(start) == [
        Change(start + 1, "b", None, frozenset({"name"})),
        Change(start + 2, "a", None, frozenset({"id", "name"})),
    ]
    assert collection.changes_since(start + 1) == [Change(start + 2, "a", None, frozenset({"id", "name"}))]
    assert [item["id"] for item in collection.all()] == ["a", "b"]


def test_the_recycle_bin_is_a_change_and_the_end_a_deletion() -> None:
    collection = Collection(["name"])
    collection.load([{"id": "a", "name": "one"}])
    collection.recycle({"id": "a", "name": "one"})
    assert (collection.get("a"), collection.where("name", "one")) == (None, [])
    assert collection.deleted() == [{"id": "a", "name": "one"}]
    collection.remove("a")
    assert [change.removed for change in collection.changes_since(0)] == ["changed", "deleted"]
    assert collection.deleted() == []


def test_what_always_lay_in_the_bin_is_no_change() -> None:
    collection = Collection()
    collection.load_deleted([{"id": "a", "name": "one"}])
    assert (collection.get("a"), collection.get_deleted("a")) == (None, {"id": "a", "name": "one"})
    assert collection.changes_since(0) == []


def test_what_comes_back_from_the_bin_is_told_whole() -> None:
    collection = Collection()
    collection.load([{"id": "a", "name": "one"}])
    collection.recycle({"id": "a", "name": "one"})
    collection.put({"id": "a", "name": "one"})
    assert collection.changes_since(1) == [Change(2, "a", None, frozenset({"id", "name"}))]
    assert collection.deleted() == []


def test_an_index_follows_the_property() -> None:
    collection = Collection(["name"])
    collection.put({"id": "a", "name": "one"})
    collection.put({"id": "a", "name": "two"})
    assert collection.where("name", "one") == []
    assert collection.where("name", "two") == [{"id": "a", "name": "two"}]
