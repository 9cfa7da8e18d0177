"""No table is forgotten when a pool is exported."""

from cenote.flows.transfer.fields import fields_of
from cenote.flows.transfer.parts import LEFT_OUT, PARTS
from cenote.storage import tables


def test_every_table_is_in_a_pool_s_file_or_left_out_for_a_reason() -> None:
    exported = [part.name for part in PARTS]
    forgotten = tables.metadata.tables.keys() - exported - LEFT_OUT.keys()
    assert not forgotten, (
        f"{forgotten}: a table goes into PARTS of flows/transfer/parts.py, or into LEFT_OUT with a reason"
    )
    assert sorted([*exported, *LEFT_OUT]) == sorted(tables.metadata.tables), "a table is listed that is none, or twice"
    assert all(LEFT_OUT.values())


def test_every_exported_table_says_whose_its_rows_are() -> None:
    assert [] == [part.name for part in PARTS if not {"pool_id", "client_id"} & set(part.table.c.keys())]


def test_no_two_columns_of_a_table_have_one_name_in_a_file() -> None:
    for part in PARTS:
        names = [field.name for field in fields_of(part.table)]
        assert len(names) == len(set(names)), part.name
