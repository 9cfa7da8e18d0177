"""Which process gets an event: a warm one, a new one, or, for a moment, none."""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from cenote.base.invocations import FunctionUnreachableError
from cenote.functions.life import House
from cenote.functions.packages import Packages
from cenote.functions.process import WarmProcess
from cenote.model.function import Function

_CLOSED = "Cenote is ending."


class Pool:
    """All processes of a runner, bounded as its limits say; safe to share between threads."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._packages = Packages(house.folder, house.limits)
        self._changed = threading.Condition()
        self._all: set[WarmProcess] = set()
        # The longest idle first.
        self._idle: deque[WarmProcess] = deque()
        # Those of which nothing is left but the end of their thread.
        self._leaving: set[WarmProcess] = set()
        self._waiting = 0
        self._is_closed = False

    def take(self, function: Function, read_code: Callable[[], bytes], wait_s: float) -> WarmProcess:
        """
        Give a process of the function that has nothing to do, starting one if need be; it is the caller's until it is freed.

        Raises:
            FunctionUnreachableError: there is none and none came free within *wait_s*, or its code cannot be unpacked.
        """
        until_s = time.monotonic() + wait_s
        with self._changed:
            while True:
                if self._is_closed:
                    raise FunctionUnreachableError(_CLOSED)
                self._end_others_than(function)
                warm = next((each for each in reversed(self._idle) if each.function.arn == function.arn), None)
                if warm is not None:
                    self._idle.remove(warm)
                    return warm
                if self._has_room(function):
                    break
                self._wait(until_s)
            begun = WarmProcess(self._house, function, self._free_slot(), freed=self._freed, gone=self._gone)
            self._all.add(begun)
        try:
            code = self._packages.acquire(function, read_code)
        except BaseException:
            begun.discard()
            self._remove(begun)
            raise
        return self._start(begun, code)

    def forget(self, arn: str) -> None:
        """End the processes of a function: idle ones at once, the others after their event."""
        with self._changed:
            self._end_those(lambda each: each.function.arn == arn)

    def close(self) -> None:
        """End every process and wait until nothing of them is left; no other is started."""
        with self._changed:
            self._is_closed = True
            every = [*self._all]
            self._idle.clear()
            self._changed.notify_all()
        for process in every:
            process.stop(_CLOSED)
        with self._changed:
            # One that was not started yet is removed by who wanted to start it.
            self._changed.wait_for(lambda: not self._all)
            leaving = [*self._leaving]
        for process in leaving:
            process.join()

    def _start(self, process: WarmProcess, code: Path) -> WarmProcess:
        with self._changed:
            if not self._is_closed:
                process.start(code)
                return process
        self._packages.release(process.function)
        process.discard()
        self._remove(process)
        raise FunctionUnreachableError(_CLOSED)

    def _end_others_than(self, function: Function) -> None:
        self._end_those(lambda each: each.function.arn == function.arn and each.function.revision != function.revision)

    def _end_those(self, is_meant: Callable[[WarmProcess], bool]) -> None:
        for process in self._all:
            if not process.is_stale and is_meant(process):
                process.is_stale = True
                if process in self._idle:
                    self._idle.remove(process)
                    process.stop()

    def _has_room(self, function: Function) -> bool:
        """Whether one more may be started; if the others leave no room, the one that is idle longest makes it, in a moment."""
        limits = self._house.limits
        if sum(each.function.arn == function.arn for each in self._all) >= limits.per_function:
            return False
        if len(self._all) < limits.processes:
            return True
        if self._idle and not any(each.is_making_room for each in self._all):
            process = self._idle.popleft()
            process.is_making_room = True
            process.stop()
        return False

    def _wait(self, until_s: float) -> None:
        left_s = until_s - time.monotonic()
        if left_s <= 0 or self._waiting >= self._house.limits.waiting:
            raise FunctionUnreachableError("Every process for functions is busy.", is_busy=True)
        self._waiting += 1
        try:
            self._changed.wait(left_s)
        finally:
            self._waiting -= 1

    def _free_slot(self) -> int:
        taken = {each.slot for each in self._all}
        return next(slot for slot in range(len(taken) + 1) if slot not in taken)

    def _freed(self, process: WarmProcess) -> None:
        with self._changed:
            if process.is_stale or self._is_closed:
                process.stop()
            else:
                self._idle.append(process)
                self._changed.notify_all()

    def _gone(self, process: WarmProcess) -> None:
        self._packages.release(process.function)
        with self._changed:
            self._leaving = {each for each in self._leaving if each.is_running} | {process}
        self._remove(process)

    def _remove(self, process: WarmProcess) -> None:
        with self._changed:
            self._all.discard(process)
            if process in self._idle:
                self._idle.remove(process)
            self._changed.notify_all()
