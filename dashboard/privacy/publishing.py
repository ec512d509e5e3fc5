"""Decides which counts of a year to publish, month by month as they end, so that no hidden one can be worked out.

A recorder keeps all that was ever shown. So what is decided when a month is over is never changed by later ones: the
decisions go by time (a month before its quarter before its year), and each only takes into account what is published
already. To begin with all is hidden; a count is shown when every hidden one keeps moves enough (see moves.py), and
stays hidden when one would not. So nothing ever has to be taken back.
"""

from dataclasses import dataclass, field

import numpy as np

from dashboard.intervals import FEWEST
from dashboard.privacy.board import Board
from dashboard.privacy.freedom import Freedom, Scope
from dashboard.privacy.lattice import Bools, Ints
from dashboard.privacy.moves import Move, find, moves_of
from dashboard.privacy.pairs import Pair, best_pairs, reach
from dashboard.privacy.reserve import keep_in_reserve


@dataclass
class _Secret:
    """A hidden count, how many other values it must keep, and the moves that show that it does."""

    scope: Scope
    far: int
    pair: Pair | None
    moves: list[Move] = field(default_factory=list)


def publish(board: Board, units: int, k: int) -> None:
    """Shows of the board what may be shown when its first `units` are over."""
    secrets: list[_Secret] = []
    for unit in range(units):
        for level, span in enumerate(board.lattice.spans[unit]):
            if level == 0:
                _publish_alone(board, int(span), k)
                keep_in_reserve(board, unit, k)
            elif board.lattice.units(int(span))[-1] != unit:
                continue
            spans = set(board.lattice.spans[board.lattice.units(int(span))].ravel().tolist())
            within = [secret for secret in secrets if secret.scope.span in spans]
            new = _secrets(board, int(span), k)
            secrets += new
            _publish_span(board, int(span), [*within, *new], k)


def _publish_alone(board: Board, span: int, k: int) -> None:
    """Tables that are one leaf's, whoever looks at them: nothing but their own total tells of them."""
    lattice = board.lattice
    for node in np.flatnonzero(board.voices[:, span] == 1):
        leaf = int(np.flatnonzero(lattice.within[node] & (board.leaf_totals[:, span] > 0))[0])
        hidden = _hidden_alone(board.values[node, span], int(board.spare[node, span]), board.values[0, span], k)
        board.hidden[node, span] = hidden
        unit = int(lattice.units(span)[0])
        whole = hidden[board.offered[leaf, unit, :-1]].all()
        board.least[leaf, unit] = 0 if whole else np.minimum(board.cells[leaf, unit], 1)
    for leaf in range(len(lattice.leaves)):
        if board.voices[lattice.own[leaf], span] > 1:
            unit = int(lattice.units(span)[0])
            few = board.leaf_totals[leaf, span] < FEWEST
            board.least[leaf, unit] = 0 if few else np.minimum(board.cells[leaf, unit], 1)


def _hidden_alone(votes: Ints, spare: int, everywhere: Ints, k: int) -> Bools:
    """Which counts to hide of a table of which nothing else is known than how many voted.

    Each hidden count can take what the others can spare, down to one vote each. Where that is not enough the next
    smallest is hidden too, and at last the zeros; so is all where there are too few votes.
    """
    if votes.sum() + spare < FEWEST:
        return np.ones(votes.shape, np.bool_)
    hidden = (votes > 0) & (votes < k)
    for option in np.argsort(everywhere, kind="stable"):
        if not hidden.any() or votes[hidden].sum() + spare - hidden.sum() >= k - 1:
            return hidden
        hidden[option] |= votes[option] > 0
    enough = votes[hidden].sum() + spare - hidden.sum() >= k - 1
    return hidden if enough else np.ones(votes.shape, np.bool_)


def _secrets(board: Board, span: int, k: int) -> list[_Secret]:
    """The counts over a span that will have to stay hidden, or may have to, before anything else of it is published."""
    lattice, free = board.lattice, Freedom(board, span)
    shortest = span in lattice.spans[:, 0]
    scopes = []
    for leaf in np.flatnonzero(board.leaf_totals[:, span] > 0):
        node = lattice.own[leaf]
        votes = board.cells[leaf, lattice.units(span)].sum(axis=0)
        if board.voices[node, span] > 1:
            few = board.leaf_totals[leaf, span] < FEWEST
            scopes += [Scope(int(leaf), span, int(o), True) for o in np.flatnonzero(few | ((votes > 0) & (votes < k)))]
        elif shortest:
            scopes += [Scope(int(leaf), span, int(o), True) for o in np.flatnonzero(board.hidden[node, span])]
    nodes = np.flatnonzero(board.voices[:, span] > (1 if shortest else 0))
    for node in np.setdiff1d(nodes, list(board.twins(span))):
        small = np.flatnonzero((board.values[node, span] < k) & free.moving(int(node), span))
        scopes += [Scope(int(node), span, int(option), False) for option in small]
    found = best_pairs(free, scopes, [k - 1] * len(scopes))
    secrets = [_Secret(scope, k - 1, pair) for scope, (pair, _) in zip(scopes, found, strict=True)]
    for secret in secrets:
        if not secret.pair:
            secret.moves = find(free, secret.scope, k - 1)
            secret.far = sum(move.far for move in secret.moves)
    return [secret for secret in secrets if secret.far]


def _publish_span(board: Board, span: int, secrets: list[_Secret], k: int) -> None:
    """All places' tables of a span, those of most interest first: from the topmost place down."""
    lattice, twins = board.lattice, board.twins(span)
    decided = board.voices[:, span] == 1 if span in lattice.spans[:, 0] else np.zeros(len(lattice.nodes), np.bool_)
    decided[list(twins)] = True
    board.hidden[:-1, span] &= (board.totals[:, span] > 0)[:, None]
    for depth in range(int(lattice.depths.max()) + 1):
        shown = set()
        for node in np.flatnonzero((lattice.depths == depth) & ~decided & (board.totals[:, span] >= FEWEST)):
            votes = board.values[node, span]
            which = ((votes == 0) | (votes >= k)) & ~board.kept[node, span]
            shown |= {(int(node), int(option)) for option in np.flatnonzero(which)}
        _show(board, span, shown, secrets)
    for around in sorted(twins, reverse=True):
        board.hidden[around, span] = board.hidden[twins[around], span]


def _show(board: Board, span: int, shown: set[tuple[int, int]], secrets: list[_Secret]) -> None:
    """Shows as many of these counts as leave all secrets their moves."""
    before = Freedom(board, span)
    while shown:
        for node, option in shown:
            board.hidden[node, span, option] = False
        numbers = {board.cell(node, span, option): (node, option) for node, option in shown}
        hide, secrets = _to_hide(before, Freedom(board, span), numbers, secrets)
        for node, option in hide:
            board.hidden[node, span, option] = True
        shown = shown - hide if hide else set()


def _to_hide(
    before: Freedom, after: Freedom, numbers: dict[int, tuple[int, int]], secrets: list[_Secret]
) -> tuple[set[tuple[int, int]], list[_Secret]]:
    """What of the newly shown to hide again, as a secret has no other moves than those that it would tell of.

    And the secrets that are to be looked at again then: all others keep their moves, whatever else is hidden.
    """
    told = set(numbers)
    again = [secret for secret in secrets if not _is_hidden(after.board, secret.scope)]
    for secret, most in _broken(after, told, [secret for secret in secrets if _is_hidden(after.board, secret.scope)]):
        again.append(secret)
        if secret.pair:
            secret.moves, secret.pair = moves_of(before, secret.scope, secret.far, secret.pair), None
        if _reach(secret.moves, told) >= secret.far:
            continue
        found = find(after, secret.scope, secret.far) if most >= secret.far else []
        if _reach(found, told) >= secret.far:
            secret.moves = found
            continue
        seen = {cell for move in secret.moves for cell in move.touches & numbers.keys()} or set(numbers)
        mine = {cell for cell in seen if numbers[cell][1] == secret.scope.option}
        told -= mine or seen
    return {numbers[cell] for cell in numbers.keys() - told}, again


def _reach(moves: list[Move], told: set[int]) -> int:
    """How far those moves go that tell nothing of what is told."""
    return sum(move.far for move in moves if move.touches.isdisjoint(told))


def _is_hidden(board: Board, scope: Scope) -> bool:
    return scope.is_leaf or bool(board.hidden[scope.at, scope.span, scope.option])


def _broken(after: Freedom, told: set[int], secrets: list[_Secret]) -> list[tuple[_Secret, int]]:
    """Those to be looked at one by one, and how far they may come at best; all others have moves that tell nothing."""
    far = max((secret.far for secret in secrets), default=0)
    paired = [(secret, secret.pair) for secret in secrets if secret.pair]
    left = reach(after, [pair for _, pair in paired], [secret.scope.option for secret, _ in paired], far)
    broken = [secret for (secret, _), now in zip(paired, left.tolist(), strict=True) if now < secret.far]
    broken += [secret for secret in secrets if not secret.pair and _reach(secret.moves, told) < secret.far]
    found = best_pairs(after, [secret.scope for secret in broken], [secret.far for secret in broken])
    for secret, (pair, _) in zip(broken, found, strict=True):
        if pair:
            secret.pair, secret.moves = pair, []
    return [(secret, most) for secret, (pair, most) in zip(broken, found, strict=True) if not pair]
