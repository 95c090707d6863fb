"""A runner that takes a model's components one after the other.

Rasa hands them to a scheduler that finds out anew for each message which waits for which. None of them can run beside
another here, and finding that out took as long as all the counting of words.
"""

from __future__ import annotations

from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.engine.runner.dask import DaskGraphRunner

MOST_PLANS = 8  # kept; a server asks for one or two kinds of result


class InOrder(DaskGraphRunner):
    """Gives what `DaskGraphRunner` gives; where an input or a component is missing it raises KeyError."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._plan = lru_cache(MOST_PLANS)(self._planned)

    def run(self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
        """See the parent class."""
        wanted = tuple(targets or self._graph_schema.target_names)
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._plan(wanted):
            done[name] = self._instantiated_nodes[name](*(done[need] for need in needs))
        return {name: done[name][1] for name in wanted}

    def _planned(self, wanted: Tuple[Text, ...]) -> List[Tuple[Text, Tuple[Text, ...]]]:
        """The components that `wanted` needs, each after those that it needs, and what it needs."""
        nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
        needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
        return [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs]
