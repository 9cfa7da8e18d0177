"""
Letting an attribute be searchable, or no longer: what `cenote search` and its address under `/_cenote/` do, while servers go on serving.

    start ─► every write from now on keeps the index up to date ─► build, stretch by stretch ─► the attribute is searchable
    stop  ─► no write adds to the index any more ─► clear, batch by batch ─► the attribute is as it was

A write goes by the pool's row, which it holds (`pools.hold_rules`); start and stop lock it, so no write goes by the former state once they
have returned. A stretch holds its users while it writes their values, so nobody's former value lands in the index. Where building stands is
kept with the pool: a run that ends half-way, killed or not, is taken up by the next one, and one that still runs then steps back.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from cenote.base import ids
from cenote.base.errors import ConcurrentModificationException
from cenote.flows.services import Services
from cenote.model.names import searchable
from cenote.model.pool import Pool
from cenote.model.search_index import IndexState, started, states_of, stopped, with_states
from cenote.storage import pools, resources, whole_pool
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

STRETCH = 500
# Noting where a run stands makes every process read its configuration anew: not after each stretch.
_NOTED_EVERY = 20
_RUN = "run"


@dataclass(frozen=True, slots=True)
class Building:
    """A run that builds indexes: its id, and the last user that it came to."""

    pool_id: str
    run_id: str
    after: str


def states(services: Services, pool_id: str) -> Mapping[str, IndexState]:
    """The indexed attributes of a pool; ResourceNotFoundException where there is none."""
    with services.database.read() as tx:
        return pools.require_of_any(tx, pool_id).search_index


def start(services: Services, pool_id: str, attributes: Collection[str]) -> Building | None:
    """
    Let every write keep indexes on *attributes* from now on; the run that has users of before to add, None when nothing is to be built.

    Without *attributes* it takes up whatever was left half-way.

    Raises:
        ResourceNotFoundException: there is no such pool.
        InvalidParameterException: an attribute cannot be indexed, see `model.search_index.started`.
    """

    def work(tx: Tx) -> Building | None:
        pool = _locked(tx, pool_id)
        after = started(pool.schema, pool.search_index, attributes)
        is_grown = after != pool.search_index
        if is_grown:
            _write_states(services, tx, pool, after)
        if IndexState.BUILDING not in after.values():
            return None
        former = resources.get(tx, pool_id, Kind.SEARCH_INDEX, _RUN)
        run = Building(
            pool_id, ids.new_request_id(), "" if former is None or is_grown else str(former.document["After"])
        )
        resources.put(tx, _noted(services, run))
        return run

    found = services.database.write("start index", work)
    services.directory.forget()
    return found


def build(
    services: Services, run: Building, progress: Callable[[int], None], is_over: Callable[[], bool] = lambda: False
) -> bool:
    """
    Add the users whom *run* has not come to; False when *is_over* said so before the last one.

    *progress* is told how many users more there were.

    Raises:
        ConcurrentModificationException: another run has taken over, or nothing is to be built any more.
        ResourceNotFoundException: the pool is gone.
    """
    after, count, size = run.after, 0, STRETCH
    while size == STRETCH:
        count += 1
        work = partial(_stretch, services, run=run, after=after, note=count % _NOTED_EVERY == 0)
        after, size = services.database.write("build index", work)
        progress(size)
        if size == STRETCH and is_over():
            services.database.write("note index", partial(_note, services, run=run, after=after))
            return False
    services.database.write("finish index", partial(_finish, services, run=run))
    services.directory.forget()
    return True


def stop(services: Services, pool_id: str, attributes: Collection[str]) -> None:
    """
    Let no write keep indexes on *attributes* any more; `clear` deletes them.

    Raises:
        ResourceNotFoundException: there is no such pool.
        InvalidParameterException: an attribute is not indexed.
    """

    def work(tx: Tx) -> None:
        pool = _locked(tx, pool_id)
        _write_states(services, tx, pool, stopped(pool.search_index, attributes))

    services.database.write("stop index", work)
    services.directory.forget()


def clear(
    services: Services, pool_id: str, progress: Callable[[int], None], is_over: Callable[[], bool] = lambda: False
) -> bool:
    """
    Delete what is left of every stopped index; False when *is_over* said so before the last row.

    *progress* is told how many rows more there were.
    """
    removing = [name for name, state in states(services, pool_id).items() if state is IndexState.REMOVING]
    for name in removing:
        delete = partial(whole_pool.delete_some_values, pool_id=pool_id, attribute=name, limit=STRETCH)
        while size := services.database.write("clear index", delete):
            progress(size)
            if is_over():
                return False

    def work(tx: Tx) -> None:
        pool = _locked(tx, pool_id)
        left = {
            name: state
            for name, state in pool.search_index.items()
            if name not in removing or state is not IndexState.REMOVING
        }
        _write_states(services, tx, pool, left)

    if removing:
        services.database.write("end index", work)
        services.directory.forget()
    return True


def _stretch(services: Services, tx: Tx, *, run: Building, after: str, note: bool) -> tuple[str, int]:
    pool = pools.hold_rules(tx, pools.require_of_any(tx, run.pool_id))
    present = _require_own(tx, run)
    building = _building(pool)
    users = whole_pool.held_stretch(tx, run.pool_id, after, STRETCH)
    whole_pool.insert_values(
        tx,
        run.pool_id,
        (
            ((name, searchable(pool, name, user.attributes[name])), user.sub)
            for user in users
            for name in building
            if user.attributes.get(name)
        ),
    )
    last = users[-1].sub if users else after
    if note:
        _write_note(services, tx, present, last)
    return last, len(users)


def _note(services: Services, tx: Tx, *, run: Building, after: str) -> None:
    _write_note(services, tx, _require_own(tx, run), after)


def _write_note(services: Services, tx: Tx, present: Resource, after: str) -> None:
    document = {**present.document, "After": after}
    if resources.update(tx, present, document=document, modified_at_ms=services.clock.now_ms()) is None:
        raise _overtaken()


def _finish(services: Services, tx: Tx, *, run: Building) -> None:
    pool = _locked(tx, run.pool_id)
    if resources.get(tx, run.pool_id, Kind.SEARCH_INDEX, _RUN) is None and not _building(pool):
        # A commit whose answer was lost: it is built.
        return
    _require_own(tx, run)
    built = {
        name: IndexState.BUILT if state is IndexState.BUILDING else state for name, state in pool.search_index.items()
    }
    _write_states(services, tx, pool, built)
    resources.delete(tx, run.pool_id, Kind.SEARCH_INDEX, _RUN)


def _require_own(tx: Tx, run: Building) -> Resource:
    present = resources.get(tx, run.pool_id, Kind.SEARCH_INDEX, _RUN)
    if present is None or present.document["Run"] != run.run_id:
        raise _overtaken()
    return present


def _noted(services: Services, run: Building) -> Resource:
    now_ms = services.clock.now_ms()
    document = {"Run": run.run_id, "After": run.after}
    return Resource(run.pool_id, Kind.SEARCH_INDEX, _RUN, document, now_ms, now_ms)


def _write_states(services: Services, tx: Tx, pool: Pool, after: Mapping[str, IndexState]) -> None:
    document = with_states(pool.document, after)
    if states_of(document) != pool.search_index:
        pools.update(tx, pool, name=pool.name, document=document, now_ms=services.clock.now_ms())


def _building(pool: Pool) -> list[str]:
    return [name for name, state in pool.search_index.items() if state is IndexState.BUILDING]


def _locked(tx: Tx, pool_id: str) -> Pool:
    pools.lock(tx, pool_id)
    return pools.require_of_any(tx, pool_id)


def _overtaken() -> ConcurrentModificationException:
    return ConcurrentModificationException("Another run builds these indexes by now, or they are built.")
