"""How fast this machine computes, for limits of CPU time that were set on another."""

import json
import statistics
import time

# CPU time of `reference` on the machine on which the limits were set: 2 cores of a cloud server.
REFERENCE_MS = 4.0
DOCUMENT = json.dumps([{"name": f"Ann {number}", "phones": [str(number)] * 3}
                       for number in range(3000)])


def reference() -> float:
    """The CPU time of a fixed amount of work, in milliseconds."""
    begin = time.thread_time()
    json.dumps(json.loads(DOCUMENT))
    return (time.thread_time() - begin) * 1000


def slowness() -> float:
    """How many times longer this machine computes at the moment than that machine; at least 1."""
    return max(1.0, statistics.median(reference() for _ in range(9)) / REFERENCE_MS)
