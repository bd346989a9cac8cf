"""What faults do to those who ask over HTTP: new connections, recoveries and REST calls are held up or refused."""

import asyncio

from emulator.errors import RefusedError, throttled, unauthorized
from emulator.faults.fault import Fault, Point
from emulator.faults.injector import Injector
from emulator.faults.kinds import Delay, ExpireTokens, Refuse, Throttle
from emulator.faults.rules import Rule, Subject


async def meet(faults: Injector, point: Point, subject: Subject) -> bool:
    """Hold up a call, refuse it, or let it pass.

    Returns:
        Whether a recovery is to be refused in the protocol's own way: by 101 and then close 1008.

    Raises:
        RefusedError: with the status that the fault is for.
    """
    if not faults.waits_at(point):
        return False
    late = faults.apply(point, (Delay,), subject)
    if late is not None:
        assert isinstance(late.fault, Delay)
        _note(faults, late, point, subject)
        await asyncio.sleep(late.fault.by)
        faults.follow(late, subject)
    rule = faults.apply(point, (Refuse, Throttle, ExpireTokens), subject)
    if rule is None:
        return False
    _note(faults, rule, point, subject)
    faults.follow(rule, subject)
    if point is Point.RECOVERY and isinstance(rule.fault, Refuse) and rule.fault.status is None:
        return True
    raise _refusal(rule.fault)


def _note(faults: Injector, rule: Rule, point: Point, subject: Subject) -> None:
    faults.note(rule, at=point.value, hub=subject.hub, connection_id=subject.connection_id)


def _refusal(fault: Fault) -> RefusedError:
    if isinstance(fault, Throttle):
        return throttled("Too many requests: a fault that was set says so.", fault.retry_after)
    if isinstance(fault, ExpireTokens):
        return unauthorized("The access token was not accepted: it expired 0 s ago.")
    assert isinstance(fault, Refuse)
    status = fault.status or 503
    return RefusedError(
        status, f"A fault that was set answers {status}.", "Error.Fault", retry_after_s=fault.retry_after
    )
