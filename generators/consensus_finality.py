"""What blocks make final, and what changes at the end of an epoch."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.certificates import register_spoilt
from generators.chain import completed
from generators.epochs import LAST, after_late_views, before_last, second, within
from generators.primitives import digest
from generators.scene import (
    certificate,
    consensus_data,
    finalization,
    genesis,
    reduced,
    sign_vote,
    signed_block,
)

# Finality


def with_news(spec: ModuleType, state: Any, *news: Any) -> Any:
    """The next block with these finalizations; its state root is what follows if none of them is refused."""
    data = consensus_data(spec, state)
    data.finalizations = news
    return completed(spec, state, consensus=data)


@case("consensus", "finality", presets=("minimal", "mainnet"))
def of_ancestors_in_their_order(spec: ModuleType) -> Steps:
    """The first block of the epoch, after a block without news its third, then the parent at once."""
    state = within(spec)
    first = 3 * int(spec.HEIGHTS_PER_EPOCH)
    for height in (first, None, first + 2, first + 5):
        news = [] if height is None else [finalization(spec, state, height)]
        yield step(spec.state_transition, state, with_news(spec, state, *news))


@case("consensus", "finality")
def of_the_first_block_of_all(spec: ModuleType) -> Steps:
    """Height 1, in the second block and in the third."""
    for later in (0, 1):
        state = second(spec)
        for _ in range(later):
            spec.state_transition(state, signed_block(spec, state))
        yield step(spec.state_transition, state, with_news(spec, state, finalization(spec, state, 1)))


@case("consensus", "finality", presets=("minimal", "mainnet"))
def by_the_first_block_of_an_epoch(spec: ModuleType) -> Steps:
    """Its parent is final, and then a block of the epoch."""
    state = after_late_views(spec)
    yield step(spec.state_transition, state, signed_block(spec, state))
    height = int(state.chain.latest_header.height)
    yield step(spec.state_transition, state, with_news(spec, state, finalization(spec, state, height)))


@case("consensus", "finality")
def through_an_epoch_and_its_border(spec: ModuleType) -> Steps:
    """Each block brings news of its parent; roots are kept for as many heights as an epoch has."""
    state = after_late_views(spec)
    yield step(spec.state_transition, state, signed_block(spec, state))
    for _ in range(int(spec.HEIGHTS_PER_EPOCH) - 1):
        height = int(state.chain.latest_header.height)
        yield step(spec.state_transition, state, with_news(spec, state, finalization(spec, state, height)))
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "finality")
def of_the_first_block_of_an_epoch_in_its_last(spec: ModuleType) -> Steps:
    """The oldest news there can be."""
    state = before_last(spec)
    height = 3 * int(spec.HEIGHTS_PER_EPOCH)
    yield step(spec.state_transition, state, with_news(spec, state, finalization(spec, state, height)))


def news_case(
    rule: str, start: Callable[[ModuleType], Any] = within, allows: tuple[str, ...] = ()
) -> Callable[[Callable[[ModuleType, Any, int], Any]], None]:
    """A block with news that the function makes; it is told the height of the parent."""

    def register_case(make: Callable[[ModuleType, Any, int], Any]) -> None:
        def made(spec: ModuleType) -> Steps:
            state = start(spec)
            news = make(spec, state, int(state.chain.latest_header.height))
            yield step(spec.state_transition, state, with_news(spec, state, news))

        case("consensus", "finality", rejects=rule, allows=allows)(named_after(make, made))

    return register_case


@news_case("consensus.process_finalization.not-an-ancestor")
def of_the_block_itself(spec: ModuleType, state: Any, latest: int) -> Any:
    """Its height, with the root that is kept in its place."""
    return finalization(spec, state, latest + 1)


@news_case("consensus.process_finalization.not-an-ancestor")
def of_a_block_to_come(spec: ModuleType, state: Any, latest: int) -> Any:
    """Two heights ahead."""
    return finalization(spec, state, latest + 3)


@news_case("consensus.process_finalization.not-an-ancestor")
def of_the_largest_height(spec: ModuleType, state: Any, latest: int) -> Any:
    """Where a machine wraps."""
    return finalization(spec, state, LAST)


@news_case("consensus.process_finalization.not-newer")
def of_what_is_final_already(spec: ModuleType, state: Any, latest: int) -> Any:
    """The last block of the epoch before."""
    return finalization(spec, state, int(state.consensus.finalized_height))


@news_case("consensus.process_finalization.not-newer")
def of_what_was_final_before(spec: ModuleType, state: Any, latest: int) -> Any:
    """Older than what is final."""
    return finalization(spec, state, int(state.consensus.finalized_height) - 1)


@news_case("consensus.process_finalization.not-newer", after_late_views)
def of_the_parent_at_the_beginning_of_an_epoch(spec: ModuleType, state: Any, latest: int) -> Any:
    """The certificate of the parent has said so."""
    return finalization(spec, state, latest)


@news_case("consensus.process_finalization.not-newer", second)
def of_genesis(spec: ModuleType, state: Any, latest: int) -> Any:
    """It is final from the start."""
    return finalization(spec, state, 0)


@news_case("consensus.process_finalization.wrong-kind")
def of_a_notarization(spec: ModuleType, state: Any, latest: int) -> Any:
    """What is notarized can still be skipped."""
    return finalization(spec, state, latest, kind=spec.VoteKind.NOTARIZE)


@news_case("consensus.process_finalization.wrong-kind")
def of_a_nullification(spec: ModuleType, state: Any, latest: int) -> Any:
    """Nor does a vote to skip finalize."""
    return finalization(spec, state, latest, kind=spec.VoteKind.NULLIFY)


@news_case("consensus.process_finalization.wrong-block")
def of_a_block_at_another_height(spec: ModuleType, state: Any, latest: int) -> Any:
    """An ancestor, one height further back, as if it were of the view of this one."""
    before = finalization(spec, state, latest - 1).certificate.vote.block_root
    return finalization(spec, state, latest, block_root=before)


@news_case("consensus.process_finalization.wrong-block")
def of_no_ancestor(spec: ModuleType, state: Any, latest: int) -> Any:
    """A fork: the chain cannot settle it."""
    return finalization(spec, state, latest, block_root=digest(spec, 9))


@news_case("consensus.process_finalization.wrong-epoch")
def with_the_votes_of_the_epoch_before(spec: ModuleType, state: Any, latest: int) -> Any:
    """Its validators have no say in this epoch."""
    view = finalization(spec, state, latest).certificate.vote.round.view
    return finalization(spec, state, latest, at=spec.Round(epoch=2, view=view))


@news_case("consensus.process_finalization.wrong-view")
def of_a_later_view(spec: ModuleType, state: Any, latest: int) -> Any:
    """Those who skip the view of the block, and make another one final, would sign nothing that contradicts this."""
    view = finalization(spec, state, latest).certificate.vote.round.view
    return finalization(spec, state, latest, at=spec.Round(epoch=3, view=view + 1))


@news_case("consensus.process_finalization.wrong-view")
def of_an_earlier_view(spec: ModuleType, state: Any, latest: int) -> Any:
    """The block was not proposed yet."""
    view = finalization(spec, state, latest).certificate.vote.round.view
    return finalization(spec, state, latest, at=spec.Round(epoch=3, view=view - 1))


@news_case("consensus.check_certificate.too-little-stake")
def by_too_few(spec: ModuleType, state: Any, latest: int) -> Any:
    """The largest member is missing."""
    news = finalization(spec, state, latest)
    news.certificate = certificate(spec, state, news.certificate.vote, absent=[0])
    return news


@news_case("consensus.check_certificate.wrong-length")
def by_a_member_too_many(spec: ModuleType, state: Any, latest: int) -> Any:
    """A fifth bit speaks for nobody."""
    news = finalization(spec, state, latest)
    news.certificate.signers = spec.Bitlist[spec.MAX_VALIDATORS](True, True, True, True, False)
    return news


@news_case("consensus.check_certificate.invalid-signature")
def by_signatures_to_notarize(spec: ModuleType, state: Any, latest: int) -> Any:
    """The members have signed another kind of vote."""
    news = finalization(spec, state, latest)
    cast = news.certificate.vote.copy()
    cast.kind = spec.VoteKind.NOTARIZE
    news.certificate.signature = sign_vote(spec, state, cast, range(4))
    return news


def _spoilt_news(spec: ModuleType, state: Any, spoilt: Callable[[Any], Any], latest: int) -> Any:
    news = finalization(spec, state, latest)
    news.certificate = spoilt(news.certificate.vote)
    return news


register_spoilt(news_case, _spoilt_news, known=("with_a_bit_too_many",))


# Epochs


@case("consensus", "rotation", presets=("minimal", "mainnet"))
def at_the_end_of_an_epoch(spec: ModuleType) -> Steps:
    """The last block of an epoch, and the first two of the next: sets move up, the validators are frozen again, the
    mix as it then is draws leaders."""
    state = before_last(spec, 2)
    for _ in range(3):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "rotation")
def through_four_epochs(spec: ModuleType) -> Steps:
    """Of each epoch the border: every kept set comes to vote, and every seed to draw."""
    state = genesis(spec)
    for epoch in range(4):
        state = before_last(spec, epoch, state.copy())
        for _ in range(2):
            yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "rotation")
def while_the_token_is_paused(spec: ModuleType) -> Steps:
    """Epochs of consensus go on."""
    state = before_last(spec, 2)
    state.token.paused = True
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "rotation")
def where_epochs_of_token_and_consensus_have_come_apart(spec: ModuleType) -> Steps:
    """A pause has delayed the token: each ends its epochs by its own count."""
    state = before_last(spec, 2)
    state.token.layer_height = 3 * int(spec.HEIGHTS_PER_EPOCH) - 3
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "rotation")
def with_one_validator(spec: ModuleType) -> Steps:
    """The smallest set there is leads, votes and is frozen."""
    state = before_last(spec, 0)
    for position in range(int(spec.KEPT_SETS)):
        state.consensus.sets[position] = reduced(spec, state.consensus.sets[1 if position < 2 else position], [1])
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))
