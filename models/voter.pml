/* The voting rules of specs/voter.md and specs/consensus.md, for a checker that visits every state.

Four voters of equal stake. One is dishonest: it signs everything, leads every view, and delivers whatever it likes to
whomever it likes, at any time. So it is no process; what it can do is what the guards allow. A certificate needs the
votes of three, so of two who are honest, and from then on anybody can be shown it. A block is proposed at the moment
when the first honest voter votes for it, with any parent that can be shown to be right.

Epoch 0 has one block, its last, and three views; epoch 1 has as many blocks as fit in its two views. `-DLAST=2` gives
epoch 0 two blocks, and then there are too many states to visit all. Rounds are counted through, 0 to 2 and 4 and 5:
that behind the last view of an epoch is one in which nothing happens.

Names are those of the spec. `-DWITHOUT_<rule>` removes a rule. Checked in every state: two blocks that are final lie on
one chain (agreement), and no honest voter has signed a pair that is_slashable (honesty).

    make model                                                        every state, with and without each rule
    spin -T -u12000 -n7 -DTRACE -DLAST=2 models/voter.pml             one run by chance, each transition a line
*/

#ifndef LAST
#define LAST 1                              /* the last height of epoch 0 */
#endif
#define VIEWS_0 3
#define VIEWS_1 2
#define HONEST 3
#define FIRST_1 (VIEWS_0 + 1)               /* the first round of epoch 1 */
#define ROUNDS (VIEWS_0 + VIEWS_1 + 2)
#define BLOCKS (2 * ROUNDS + 1)             /* genesis is 0; those of round r are 2 * r + 1 and 2 * r + 2 */
#define AT(r, b) ((r) * BLOCKS + (b))
#define NOTHING 255

#define epoch_of(r) ((r) >= FIRST_1 -> 1 : 0)
#define is_round(r) ((r) != VIEWS_0 && (r) < ROUNDS - 1)
#define begins(r) ((r) >= FIRST_1 -> FIRST_1 : 0)
#define round_of(b) (((b) - 1) / 2)
#define is_last_block(b) ((b) != 0 && height[b] == LAST)

#ifdef WITHOUT_QUORUM
#define QUORUM 1                            /* honest voters whose votes make a certificate */
#else
#define QUORUM 2
#endif

typedef VotingRecord { byte round; byte notarized; bool nullified; byte finalized };
typedef Store { byte round; VotingRecord record };

Store store[HONEST];

byte parent[BLOCKS];                        /* NOTHING: not proposed */
byte height[BLOCKS];

/* How many honest voters have signed: to notarize and finalize by round and block, to nullify by round */
byte notarize[ROUNDS * BLOCKS];
byte finalize[ROUNDS * BLOCKS];
byte nullify[ROUNDS];

bool slashable;                             /* an honest voter has signed what is_slashable */
byte i, r, b, p, q, since;
bool ok;

#define is_notarized(r, b) (notarize[AT(r, b)] >= QUORUM)
#define is_nullified(r) (nullify[r] >= QUORUM)
#define is_finalized(r, b) (finalize[AT(r, b)] >= QUORUM)

/* may_cast, in its four parts: what the record permits in round r */

#define RECORD store[i].record
#define is_later(r) ((r) > RECORD.round)
#define is_same(r) ((r) == RECORD.round)
#define has_record (RECORD.notarized != NOTHING || RECORD.nullified || RECORD.finalized != NOTHING)

#ifdef WITHOUT_LATER
#define may_in(r, rule) ((is_same(r) && (rule)) || !is_same(r) || !has_record)
#else
#define may_in(r, rule) ((is_same(r) && (rule)) || is_later(r) || !has_record)
#endif

#ifdef WITHOUT_NOTARIZE_ONCE
#define once_notarized true
#else
#define once_notarized (RECORD.notarized == NOTHING)
#endif
#ifdef WITHOUT_NOTARIZE_BEFORE_FINALIZE
#define not_finalized_1 true
#else
#define not_finalized_1 (RECORD.finalized == NOTHING)
#endif
#ifdef WITHOUT_NULLIFY_BEFORE_FINALIZE
#define not_finalized_2 true
#else
#define not_finalized_2 (RECORD.finalized == NOTHING)
#endif
#ifdef WITHOUT_FINALIZE_ONCE
#define not_finalized_3 true
#else
#define not_finalized_3 (RECORD.finalized == NOTHING)
#endif
#ifdef WITHOUT_FINALIZE_BEFORE_NULLIFY
#define not_nullified true
#else
#define not_nullified (!RECORD.nullified)
#endif
#ifdef WITHOUT_FINALIZE_WHAT_WAS_NOTARIZED
#define not_other(b) true
#else
#define not_other(b) (RECORD.notarized == NOTHING || RECORD.notarized == (b))
#endif

#define may_notarize(r) may_in(r, once_notarized && not_finalized_1)
#define may_nullify(r) may_in(r, !RECORD.nullified && not_finalized_2)
#define may_finalize(r, b) may_in(r, not_finalized_3 && not_nullified && not_other(b))

#define is_other(known, block) (known != NOTHING && known != block)

inline begin_record(at) {
    if
    :: has_record && RECORD.round != at ->
        RECORD.notarized = NOTHING; RECORD.nullified = false; RECORD.finalized = NOTHING
    :: else
    fi;
    RECORD.round = at
}

/* A third vote of one kind says no more than the second */
#define one_more(count) (count < 2 -> count + 1 : count)

inline cast_notarize(at, block) {
    begin_record(at);
    slashable = slashable || is_other(RECORD.notarized, block) || is_other(RECORD.finalized, block);
    if
    :: RECORD.notarized != block -> notarize[AT(at, block)] = one_more(notarize[AT(at, block)])
    :: else
    fi;
    RECORD.notarized = block
}

inline cast_nullify(at) {
    begin_record(at);
    slashable = slashable || RECORD.finalized != NOTHING;
    RECORD.nullified = true;
    nullify[at] = one_more(nullify[at])
}

inline cast_finalize(at, block) {
    begin_record(at);
    slashable = slashable || RECORD.nullified || is_other(RECORD.finalized, block) || is_other(RECORD.notarized, block);
    if
    :: RECORD.finalized != block -> finalize[AT(at, block)] = one_more(finalize[AT(at, block)])
    :: else
    fi;
    RECORD.finalized = block
}

/* check_skipped_views and can_follow: every view from `since` up to the round may be skipped */
#ifdef WITHOUT_SKIPPED_VIEWS
#define skipped(q, since, r) true
#else
#define skipped(q, since, r) ((q) < (since) || (q) >= (r) || is_nullified(q))
#endif
#define check_skipped_views(since, r) (skipped(0, since, r) && skipped(1, since, r) && skipped(2, since, r) \
    && skipped(3, since, r) && skipped(4, since, r) && skipped(5, since, r))

#ifdef WITHOUT_NOTARIZATION
#define parent_is_notarized(p) true
#else
#define parent_is_notarized(p) is_notarized(round_of(p), p)
#endif
#ifdef WITHOUT_FINALITY_OF_EPOCHS
#define parent_is_final(p) (is_notarized(0, p) || is_notarized(1, p) || is_notarized(2, p))
#else
#define parent_is_final(p) (is_finalized(0, p) || is_finalized(1, p) || is_finalized(2, p))
#endif

/* check_parent_certificate, and that the views between can be skipped: block p can be shown to be a parent in round r */
#define is_known(p) ((p) != 0 && parent[p] != NOTHING)
#define check_parent(p, r) (((p) == 0 && epoch_of(r) == 0 && check_skipped_views(0, r)) \
    || (is_known(p) && !is_last_block(p) && epoch_of(round_of(p)) == epoch_of(r) && round_of(p) < (r) \
        && parent_is_notarized(p) && check_skipped_views(round_of(p) + 1, r)) \
    || (is_known(p) && is_last_block(p) && epoch_of(r) == 1 && parent_is_final(p) && check_skipped_views(FIRST_1, r)))

/* find_notarized_view: the round after the latest before r in which the last block b was notarized */
#define find_notarized_view(b, r) ((2 < (r) && is_notarized(2, b) -> 3 : \
    (1 < (r) && is_notarized(1, b) -> 2 : (0 < (r) && is_notarized(0, b) -> 1 : NOTHING))))

#ifdef WITHOUT_CAN_FOLLOW
#define can_follow(b, r) true
#else
#define can_follow(b, r) (find_notarized_view(b, r) != NOTHING && check_skipped_views(find_notarized_view(b, r), r))
#endif
#ifdef WITHOUT_LAST_BLOCK
#define can_be_last(b) true
#else
#define can_be_last(b) is_last_block(b)
#endif

/* Agreement: of two final blocks one is an ancestor of the other, or they are one */
inline check_agreement(block) {
    p = 1;
    do
    :: p < BLOCKS ->
        ok = false; q = 0;
        do
        :: q < ROUNDS -> ok = ok || is_finalized(q, p); q++
        :: else -> break
        od;
        if
        :: ok ->
            q = block;
            do
            :: height[q] > height[p] -> q = parent[q]
            :: else -> break
            od;
            since = p;
            do
            :: height[since] > height[q] -> since = parent[since]
            :: else -> break
            od;
            assert(q == since)
        :: else
        fi;
        p++
    :: else -> break
    od
}

/* What no honest voter can change any more is brought into one form, and voters into one order: they are alike */
#define earlier(x, y) (store[x].round < store[y].round || (store[x].round == store[y].round && code(x) < code(y)))
#define code(x) ((((store[x].record.round * 32 + store[x].record.notarized % 32) * 2 + store[x].record.nullified) * 32 \
    + store[x].record.finalized % 32) * 2 + (store[x].record.notarized == NOTHING))

inline exchange(x, y) {
    q = store[x].round; store[x].round = store[y].round; store[y].round = q;
    q = store[x].record.round; store[x].record.round = store[y].record.round; store[y].record.round = q;
    q = store[x].record.notarized; store[x].record.notarized = store[y].record.notarized; store[y].record.notarized = q;
    ok = store[x].record.nullified; store[x].record.nullified = store[y].record.nullified; store[y].record.nullified = ok;
    q = store[x].record.finalized; store[x].record.finalized = store[y].record.finalized; store[y].record.finalized = q
}

/* When all are in epoch 1 nothing is left of epoch 0 but its final blocks */
inline forget_epoch_0() {
    r = 0;
    do
    :: r < VIEWS_0 ->
        nullify[r] = 0;
#ifndef WITHOUT_FINALITY_OF_EPOCHS
        b = 0;
        do
        :: b < 2 * VIEWS_0 + 1 -> notarize[AT(r, b)] = 0; b++
        :: else -> break
        od;
#endif
        r++
    :: else -> break
    od
}

inline tidy() {
    assert(!slashable);
#ifndef TRACE
    if :: earlier(1, 0) -> exchange(0, 1) :: else fi;
    if :: earlier(2, 1) -> exchange(1, 2) :: else fi;
    if :: earlier(1, 0) -> exchange(0, 1) :: else fi;
#endif
    i = 0;
    do
    :: i < HONEST ->
        if
        :: store[i].round >= FIRST_1 && RECORD.round < FIRST_1 ->
            RECORD.round = 0; RECORD.notarized = NOTHING; RECORD.nullified = false; RECORD.finalized = NOTHING
        :: else
        fi;
        i++
    :: else -> break
    od;
    if
    :: store[0].round >= FIRST_1 -> forget_epoch_0()
    :: else
    fi;
    r = 0;
    do
    :: r < ROUNDS ->
        ok = true; i = 0;
        do
        :: i < HONEST -> ok = ok && store[i].round > r && store[i].record.round > r; i++
        :: else -> break
        od;
        if
        :: ok ->
            if :: nullify[r] < QUORUM -> nullify[r] = 0 :: else fi;
            b = 0;
            do
            :: b < BLOCKS ->
                if :: notarize[AT(r, b)] < QUORUM -> notarize[AT(r, b)] = 0 :: else fi;
                if :: finalize[AT(r, b)] < QUORUM -> finalize[AT(r, b)] = 0 :: else fi;
                b++
            :: else -> break
            od
        :: else
        fi;
        r++
    :: else -> break
    od;
    i = 0; r = 0; b = 0; p = 0; q = 0; since = 0; ok = false
}

/* The handlers; on_certificate by the kind of its vote */
mtype = { on_timeout, on_proposal, judge_again, on_nullification, on_notarization, on_finalization, create_store };

/* A line for each transition: handler, voter, round, block, its parent; then the voter's round and record, and what it
   may cast in that round: to notarize a block, to nullify, and to finalize the round's first block */
#ifdef TRACE
#define show(handler) printf("%e %d %d %d %d | %d %d %d %d %d | %d %d %d\n", handler, i, r, b, parent[b], \
    store[i].round, RECORD.round, RECORD.notarized, RECORD.nullified, RECORD.finalized, \
    may_notarize(store[i].round), may_nullify(store[i].round), may_finalize(store[i].round, 2 * store[i].round + 1))
#else
#define show(handler) skip
#endif

/* What a voter can do, as options. Of the two blocks of a round the first is proposed first */

#define proposed(v) (2 * r + 1 + (v))
#define can_be_proposed(v, p) ((parent[proposed(v)] == NOTHING || parent[proposed(v)] == (p)) \
    && ((v) == 0 || parent[proposed(0)] != NOTHING) && check_parent(p, r))
#define PROPOSAL_OF(v, p) \
        :: is_round(r) && may_notarize(r) && can_be_proposed(v, p) -> d_step { \
            b = proposed(v); parent[b] = p; height[b] = height[p] + 1; \
            cast_notarize(r, b); show(on_proposal); tidy() }
#define PROPOSAL(p) PROPOSAL_OF(0, p) PROPOSAL_OF(1, p)

#define AGAIN(block) \
        :: r < VIEWS_0 && may_notarize(r) && is_known(block) && round_of(block) < r && can_be_last(block) \
            && can_follow(block, r) -> \
            d_step { b = block; cast_notarize(r, b); show(judge_again); tidy() }

#define is_ahead(at) (epoch_of(at) == epoch_of(store[i].round) && (at) >= store[i].round)
#define NULLIFICATION(at) \
        :: is_ahead(at) && is_nullified(at) -> \
            d_step { r = at; b = 0; store[i].round = r + 1; show(on_nullification); tidy() }
#define NOTARIZATION(at, block) \
        :: is_ahead(at) && is_notarized(at, block) -> d_step { \
            r = at; b = block; \
            if :: may_finalize(r, b) -> cast_finalize(r, b) :: else fi; \
            store[i].round = r + 1; show(on_notarization); \
            if :: is_finalized(r, b) -> check_agreement(b) :: else fi; \
            tidy() }
#define FINALIZATION(at, block) \
        :: is_finalized(at, block) && is_last_block(block) && store[i].round < FIRST_1 -> \
            d_step { r = at; b = block; store[i].round = FIRST_1; show(on_finalization); tidy() } \
        :: is_finalized(at, block) && !is_last_block(block) && is_ahead(at) -> \
            d_step { r = at; b = block; store[i].round = r + 1; show(on_finalization); tidy() }
#define EACH_CERTIFICATE(X) X(0, 1) X(0, 2) X(1, 1) X(1, 2) X(1, 3) X(1, 4) \
        X(2, 1) X(2, 2) X(2, 3) X(2, 4) X(2, 5) X(2, 6) X(4, 9) X(4, 10) X(5, 11) X(5, 12)

/* create_store after a crash: the round of the record, if it is of the epoch; else the first of the epoch */
#ifdef WITHOUT_RESUME
#define resumed begins(store[i].round)
#else
#define resumed (has_record && epoch_of(RECORD.round) == epoch_of(store[i].round) -> RECORD.round \
    : begins(store[i].round))
#endif

init {
    d_step {
        b = 1;
        do
        :: b < BLOCKS -> parent[b] = NOTHING; b++
        :: else -> break
        od;
        i = 0;
        do
        :: i < HONEST -> RECORD.notarized = NOTHING; RECORD.finalized = NOTHING; i++
        :: else -> break
        od;
        i = 0; b = 0
    }
    do
    :: atomic {
        /* A voter, and what it does: each option can be taken just where the handler would do it */
        if :: i = 0 :: i = 1 :: i = 2 fi;
        r = store[i].round;
        if
        :: is_round(r) && may_nullify(r) -> d_step { cast_nullify(r); b = 0; show(on_timeout); tidy() }

        PROPOSAL(0) PROPOSAL(1) PROPOSAL(2) PROPOSAL(3) PROPOSAL(4) PROPOSAL(5) PROPOSAL(6) PROPOSAL(9) PROPOSAL(10)

        AGAIN(1) AGAIN(2) AGAIN(3) AGAIN(4)

        NULLIFICATION(0) NULLIFICATION(1) NULLIFICATION(2) NULLIFICATION(4) NULLIFICATION(5)

        EACH_CERTIFICATE(NOTARIZATION)
        EACH_CERTIFICATE(FINALIZATION)

        :: store[i].round != resumed ->
            d_step { store[i].round = resumed; b = 0; show(create_store); tidy() }
        :: else -> i = 0; r = 0
        fi
    }
    od
}
