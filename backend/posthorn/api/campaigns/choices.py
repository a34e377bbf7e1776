"""The closed sets of words that campaigns speak in, as choices for serializers and filters."""

from posthorn.campaigns.lifecycle import PERSONAL_MOVES, Status
from posthorn.content.building import KINDS
from posthorn.delivery.moves import RETRIABLE as _RETRIABLE

STATUSES = [(status.value, status.value) for status in Status]
MOVES = [(move.value, move.value) for move in PERSONAL_MOVES]
BODY_KINDS = [(kind, kind) for kind in KINDS]
TRANSPORTS = [(name, name) for name in ("database", "log", "smtp")]
RETRIABLE = [(status, status) for status in _RETRIABLE]
