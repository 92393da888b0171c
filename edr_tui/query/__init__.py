"""The filter language: text -> a predicate over processes or alerts. docs/filter.md is its manual."""

from edr_tui.query.errors import QueryError
from edr_tui.query.fields import NEW_NS, Context
from edr_tui.query.query import Query, Target, parse

__all__ = ["NEW_NS", "Context", "Query", "QueryError", "Target", "parse"]
