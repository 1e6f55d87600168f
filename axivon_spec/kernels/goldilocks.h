/* What is computed with whole blobs (`specs/da.md`), one function for the work of one thread.
 *
 * Compiles as C99 and, with the same results, as CUDA; `goldilocks.cu` says which kernel runs which function. Words are
 * little-endian in memory, as on every machine that CUDA runs on. Elements of the field are below p wherever it is not
 * said that they may be any word. A matrix lies row after row: `columns` words each.
 */
#ifndef AXIVON_GOLDILOCKS_H
#define AXIVON_GOLDILOCKS_H

typedef unsigned char word8;
typedef unsigned int word32;
typedef unsigned long long word64;

#ifdef __CUDACC__
#define AXIVON_FN static __device__ __forceinline__
#define AXIVON_TABLE static __device__ __constant__ const
#define AXIVON_UNROLL _Pragma("unroll")
#define AXIVON_ONCE _Pragma("unroll 1")
#else
#define AXIVON_FN static inline
#define AXIVON_TABLE static const
#define AXIVON_UNROLL
#define AXIVON_ONCE
#endif
#define AXIVON_ALONE __restrict__ /* what is read here, nothing here changes */

/* On the host threads run one after the other. Their order must not matter, so tests also try the other one. */
#ifdef AXIVON_BACKWARDS
#define AXIVON_EACH(thread, count) for (word32 thread = (count); thread-- > 0;)
#else
#define AXIVON_EACH(thread, count) for (word32 thread = 0; thread < (count); ++thread)
#endif

/* Work of a block is written in phases: what one thread writes in a phase, every thread may read in the next. */
#ifdef __CUDACC__
#define AXIVON_THREADS blockDim.x
#define AXIVON_PHASE(thread) for (word32 thread = threadIdx.x, more = 1; more; more = 0, __syncthreads())
#else
#ifndef AXIVON_THREADS
#define AXIVON_THREADS 64
#endif
#define AXIVON_PHASE(thread) AXIVON_EACH(thread, AXIVON_THREADS)
#endif

/* The field of p = 2^64 - 2^32 + 1 elements: 2^64 is 2^32 - 1, and 2^96 is -1. */

#define AXIVON_MODULUS 0xFFFFFFFF00000001ULL
#define AXIVON_EPSILON 0xFFFFFFFFULL /* 2^64 modulo p */

/* The upper half of the product of two words. */
AXIVON_FN word64 high_product(word64 a, word64 b) {
#if defined(AXIVON_PORTABLE) || !(defined(__CUDACC__) || defined(__SIZEOF_INT128__))
    word64 a_low = a & AXIVON_EPSILON, a_high = a >> 32, b_low = b & AXIVON_EPSILON, b_high = b >> 32;
    word64 middle = a_low * b_high;
    word64 other = a_high * b_low + (a_low * b_low >> 32) + (middle & AXIVON_EPSILON); /* at most 2^64 - 1 */
    return a_high * b_high + (middle >> 32) + (other >> 32);
#elif defined(__CUDACC__)
    return __umul64hi(a, b);
#else
    __extension__ typedef unsigned __int128 word128;
    return (word64)((word128)a * b >> 64);
#endif
}

AXIVON_FN word64 field_sum(word64 a, word64 b) {
    word64 rest = AXIVON_MODULUS - b;
    return a - rest + (a < rest ? AXIVON_MODULUS : 0);
}

/* b may be p itself. */
AXIVON_FN word64 field_difference(word64 a, word64 b) { return a - b + (a < b ? AXIVON_MODULUS : 0); }

/* low + 2^64 high, of any two words. */
AXIVON_FN word64 field_reduced(word64 low, word64 high) {
    word64 top = high >> 32, rest = high & AXIVON_EPSILON;
    word64 product = (rest << 32) - rest;
    word64 total = low - top - (low < top ? AXIVON_EPSILON : 0);
    total += product;
    total += total < product ? AXIVON_EPSILON : 0;
    return total - (total >= AXIVON_MODULUS ? AXIVON_MODULUS : 0);
}

/* Of any two words. */
AXIVON_FN word64 field_product(word64 a, word64 b) { return field_reduced(a * b, high_product(a, b)); }

/* A word times 2^48, the root of unity of order 4 that is 7^((p - 1) / 4). */
AXIVON_FN word64 field_turned(word64 a) { return field_reduced(a << 48, a >> 16); }

/* Transforms of the columns of a matrix, with up to four levels of one in the registers of a thread.
 *
 * `powers` has the `count` powers of the root of unity whose order `count` is. Coefficients are in reversed order, as
 * in `kernels/roots.py`. A thread has the elements of one column in `1 << levels` rows that lie `distance` apart;
 * `place`, below `distance`, is where they begin in the part of the transform that these levels are of. */

#define AXIVON_MOST_LEVELS 4
#define AXIVON_MOST_ELEMENTS 16 /* 1 << AXIVON_MOST_LEVELS */

/* A power of the root, or of its inverse; the exponent is below `count`. */
AXIVON_FN word64 power_of(const word64 *AXIVON_ALONE powers, word32 count, word32 exponent, int inverse) {
    return powers[inverse ? (count - exponent) & (count - 1) : exponent];
}

/* Values to coefficients, times two for each level. */
AXIVON_FN void levels_to_coefficients(
    word64 *x, int levels, word32 place, word32 distance, word32 count, const word64 *AXIVON_ALONE powers
) {
    int done, k, start;
    AXIVON_UNROLL
    for (done = 0; done + 2 <= levels; done += 2) {
        int quarter = 1 << (levels - done - 2);
        AXIVON_UNROLL
        for (k = 0; k < quarter; ++k) {
            word32 index = place + k * distance;
            word32 exponent = index * (count / (4 * quarter * distance));
            word64 first = power_of(powers, count, exponent, 1);
            word64 second = power_of(powers, count, 2 * exponent, 1);
            word64 third = power_of(powers, count, 3 * exponent, 1);
            AXIVON_UNROLL
            for (start = k; start < 1 << levels; start += 4 * quarter) {
                word64 a = x[start], b = x[start + quarter], c = x[start + 2 * quarter], d = x[start + 3 * quarter];
                word64 sum = field_sum(a, c), other_sum = field_sum(b, d);
                word64 rest = field_difference(a, c), other_rest = field_turned(field_difference(b, d));
                x[start] = field_sum(sum, other_sum);
                x[start + quarter] = field_difference(sum, other_sum);
                x[start + 2 * quarter] = field_difference(rest, other_rest);
                x[start + 3 * quarter] = field_sum(rest, other_rest);
                if (index) {
                    x[start + quarter] = field_product(x[start + quarter], second);
                    x[start + 2 * quarter] = field_product(x[start + 2 * quarter], first);
                    x[start + 3 * quarter] = field_product(x[start + 3 * quarter], third);
                }
            }
        }
    }
    if (levels & 1) {
        word64 factor = power_of(powers, count, place * (count / (2 * distance)), 1);
        AXIVON_UNROLL
        for (start = 0; start < 1 << levels; start += 2) {
            word64 a = x[start], b = x[start + 1], rest = field_difference(a, b);
            x[start] = field_sum(a, b);
            x[start + 1] = place ? field_product(rest, factor) : rest;
        }
    }
}

/* Coefficients to values. */
AXIVON_FN void levels_to_values(
    word64 *x, int levels, word32 place, word32 distance, word32 count, const word64 *AXIVON_ALONE powers
) {
    int done, k, start;
    if (levels & 1) {
        word64 factor = power_of(powers, count, place * (count / (2 * distance)), 0);
        AXIVON_UNROLL
        for (start = 0; start < 1 << levels; start += 2) {
            word64 a = x[start], b = place ? field_product(x[start + 1], factor) : x[start + 1];
            x[start] = field_sum(a, b);
            x[start + 1] = field_difference(a, b);
        }
    }
    AXIVON_UNROLL
    for (done = levels & 1; done + 2 <= levels; done += 2) {
        int quarter = 1 << done;
        AXIVON_UNROLL
        for (k = 0; k < quarter; ++k) {
            word32 index = place + k * distance;
            word32 exponent = index * (count / (4 * quarter * distance));
            word64 first = power_of(powers, count, exponent, 0);
            word64 second = power_of(powers, count, 2 * exponent, 0);
            word64 third = power_of(powers, count, 3 * exponent, 0);
            AXIVON_UNROLL
            for (start = k; start < 1 << levels; start += 4 * quarter) {
                word64 a = x[start], b = x[start + quarter], c = x[start + 2 * quarter], d = x[start + 3 * quarter];
                word64 sum, rest, other_sum, other_rest;
                if (index) {
                    b = field_product(b, second);
                    c = field_product(c, first);
                    d = field_product(d, third);
                }
                sum = field_sum(a, b);
                rest = field_difference(a, b);
                other_sum = field_sum(c, d);
                other_rest = field_turned(field_difference(c, d));
                x[start] = field_sum(sum, other_sum);
                x[start + quarter] = field_sum(rest, other_rest);
                x[start + 2 * quarter] = field_difference(sum, other_sum);
                x[start + 3 * quarter] = field_difference(rest, other_rest);
            }
        }
    }
}

/* As many levels as `levels` says, of all transforms of `count` rows that lie in a matrix one after the other, from
 * `source` to `target`, which may be the same. One thread for each column of each `1 << levels` rows. */
AXIVON_FN void step_levels(
    word32 thread, int levels, int inverse, word32 distance, word32 count, word32 columns,
    const word64 *AXIVON_ALONE powers, const word64 *source, word64 *target
) {
    word32 column = thread % columns, group = thread / columns, place = group % distance;
    word64 stride = (word64)distance * columns;
    word64 first = ((word64)(group / distance << levels) * distance + place) * columns + column;
    word64 x[AXIVON_MOST_ELEMENTS];
    int i;
    AXIVON_UNROLL
    for (i = 0; i < 1 << levels; ++i) x[i] = source[first + i * stride];
    if (inverse)
        levels_to_coefficients(x, levels, place, distance, count, powers);
    else
        levels_to_values(x, levels, place, distance, count, powers);
    AXIVON_UNROLL
    for (i = 0; i < 1 << levels; ++i) target[first + i * stride] = x[i];
}

/* The last levels to coefficients of one transform, of `1 << levels` rows each, and from there the first levels to the
 * values of three others, whose coefficients are these times `shifts`: a table of (3, count), in reversed order. The
 * others go to `target` one after the other; `source` may be the place of the last. */
AXIVON_FN void step_turn(
    word32 thread, int levels, word32 count, word32 columns, const word64 *AXIVON_ALONE powers,
    const word64 *AXIVON_ALONE shifts, const word64 *source, word64 *target
) {
    word32 column = thread % columns, row = thread / columns << levels, coset;
    word64 first = (word64)row * columns + column;
    word64 x[AXIVON_MOST_ELEMENTS], y[AXIVON_MOST_ELEMENTS];
    int i;
    AXIVON_UNROLL
    for (i = 0; i < 1 << levels; ++i) x[i] = source[first + (word64)i * columns];
    levels_to_coefficients(x, levels, 0, 1, count, powers);
    AXIVON_ONCE
    for (coset = 0; coset < 3; ++coset) {
        AXIVON_UNROLL
        for (i = 0; i < 1 << levels; ++i) y[i] = field_product(x[i], shifts[coset * count + row + i]);
        levels_to_values(y, levels, 0, 1, count, powers);
        AXIVON_UNROLL
        for (i = 0; i < 1 << levels; ++i)
            target[(word64)coset * count * columns + first + (word64)i * columns] = y[i];
    }
}

/* Recovery: see `recover` in `kernels/matrices.py`. One thread for each element of what is written. */

/* The known rows times their factors, each at its place in a matrix that is zero elsewhere. */
AXIVON_FN void step_place(
    word32 thread, word32 columns, const word32 *AXIVON_ALONE places, const word64 *AXIVON_ALONE factors,
    const word64 *known, word64 *product
) {
    word32 row = thread / columns;
    product[(word64)places[row] * columns + thread % columns] = field_product(known[thread], factors[row]);
}

/* The sums of every four rows, each times its factor. */
AXIVON_FN void step_fold(
    word32 thread, word32 columns, const word64 *AXIVON_ALONE factors, const word64 *rows, word64 *sums
) {
    word32 row = 4 * (thread / columns);
    word64 total = 0;
    int i;
    AXIVON_UNROLL
    for (i = 0; i < 4; ++i)
        total = field_sum(
            total, field_product(rows[(word64)(row + i) * columns + thread % columns], factors[row + i])
        );
    sums[thread] = total;
}

/* Each row times its factor, in place. */
AXIVON_FN void step_scale(word32 thread, word32 columns, const word64 *AXIVON_ALONE factors, word64 *rows) {
    rows[thread] = field_product(rows[thread], factors[thread / columns]);
}

/* From bytes to elements and back. */

#define AXIVON_LIMB_MASK 0x3FFFFFFFFFFFFFFFULL

/* Eight bytes of the data, which is in whole words; behind the end it counts as zero, whatever the last word has. */
AXIVON_FN word64 data_word(const word64 *data, word64 size, word64 index) {
    word64 left;
    if (8 * index >= size) return 0;
    left = size - 8 * index;
    return left >= 8 ? data[index] : data[index] & ((1ULL << 8 * left) - 1);
}

/* The four limbs of a chunk. One thread a chunk. */
AXIVON_FN void step_pack(word32 thread, word64 size, const word64 *data, word64 *limbs) {
    word64 start = 31 * (word64)thread, words[5], chunk[4];
    word32 shift = 8 * (start % 8);
    int i;
    AXIVON_UNROLL
    for (i = 0; i < 5; ++i) words[i] = i < 4 || shift > 8 ? data_word(data, size, start / 8 + i) : 0;
    AXIVON_UNROLL
    for (i = 0; i < 4; ++i) chunk[i] = shift ? words[i] >> shift | words[i + 1] << (64 - shift) : words[i];
    limbs += 4 * (word64)thread;
    limbs[0] = chunk[0] & AXIVON_LIMB_MASK;
    limbs[1] = (chunk[1] << 2 | chunk[0] >> 62) & AXIVON_LIMB_MASK;
    limbs[2] = (chunk[2] << 4 | chunk[1] >> 60) & AXIVON_LIMB_MASK;
    limbs[3] = (chunk[3] << 6 | chunk[2] >> 58) & AXIVON_LIMB_MASK;
}

/* The 64 bits from `bit` on, which is even and below 248, of the integer that four limbs are: those of two of them. */
AXIVON_FN word64 limb_bits(const word64 *limbs, word32 bit) {
    word32 limb = bit / 62, shift = bit % 62;
    word64 found = limbs[limb] >> shift;
    if (limb < 3) found |= limbs[limb + 1] << (62 - shift);
    return found;
}

/* Eight bytes of the data; behind the end of the last chunk they are zero. One thread for each eight. */
AXIVON_FN void step_unpack(word32 thread, word32 chunks, const word64 *limbs, word64 *data) {
    word64 start = 8 * (word64)thread;
    word32 chunk = (word32)(start / 31), byte = (word32)(start % 31);
    word64 word = limb_bits(limbs + 4 * (word64)chunk, 8 * byte);
    if (byte > 23 && chunk + 1 < chunks) word |= limbs[4 * (word64)(chunk + 1)] << 8 * (31 - byte);
    data[thread] = word;
}

/* SHA-256. A digest is eight words, whose bytes in memory are those of the digest. */

AXIVON_TABLE word32 SHA256_ROUNDS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

AXIVON_FN word32 turned_right(word32 a, int bits) { return a >> bits | a << (32 - bits); }

/* The same bytes from the other end. */
AXIVON_FN word32 reversed_bytes(word32 a) {
#ifdef __CUDACC__
    return __byte_perm(a, 0, 0x0123);
#else
    return a >> 24 | (a >> 8 & 0xFF00) | (a << 8 & 0xFF0000) | a << 24;
#endif
}

AXIVON_FN void sha256_begin(word32 state[8]) {
    state[0] = 0x6a09e667;
    state[1] = 0xbb67ae85;
    state[2] = 0x3c6ef372;
    state[3] = 0xa54ff53a;
    state[4] = 0x510e527f;
    state[5] = 0x9b05688c;
    state[6] = 0x1f83d9ab;
    state[7] = 0x5be0cd19;
}

/* One block of 16 words, as integers; the block is used up. */
AXIVON_FN void sha256_compress(word32 state[8], word32 block[16]) {
    word32 a = state[0], b = state[1], c = state[2], d = state[3];
    word32 e = state[4], f = state[5], g = state[6], h = state[7];
    int round;
    AXIVON_UNROLL
    for (round = 0; round < 64; ++round) {
        word32 word, first, second;
        if (round >= 16) {
            word32 older = block[(round + 1) & 15], newer = block[(round + 14) & 15];
            block[round & 15] += (turned_right(older, 7) ^ turned_right(older, 18) ^ older >> 3) +
                                 block[(round + 9) & 15] +
                                 (turned_right(newer, 17) ^ turned_right(newer, 19) ^ newer >> 10);
        }
        word = block[round & 15];
        first = h + (turned_right(e, 6) ^ turned_right(e, 11) ^ turned_right(e, 25)) + ((e & f) ^ (~e & g)) +
                SHA256_ROUNDS[round] + word;
        second = (turned_right(a, 2) ^ turned_right(a, 13) ^ turned_right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + second;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

AXIVON_FN void sha256_end(const word32 state[8], word32 *digest) {
    int i;
    AXIVON_UNROLL
    for (i = 0; i < 8; ++i) digest[i] = reversed_bytes(state[i]);
}

/* The digest of two digests that lie one behind the other. */
AXIVON_FN void pair_digest(const word32 *pair, word32 *digest) {
    word32 state[8], block[16];
    int i;
    sha256_begin(state);
    AXIVON_UNROLL
    for (i = 0; i < 16; ++i) block[i] = reversed_bytes(pair[i]);
    sha256_compress(state, block);
    AXIVON_UNROLL
    for (i = 0; i < 16; ++i) block[i] = i == 0 ? 0x80000000 : i == 15 ? 512 : 0;
    sha256_compress(state, block);
    sha256_end(state, digest);
}

/* A word of a row with what SHA-256 puts behind it: a bit after the `words`, and their bits in the last one. */
AXIVON_FN word64 padded_word(const word64 *row, word32 words, word32 last, word32 index) {
    word64 length = (word64)reversed_bytes(64 * words) << 32; /* big-endian, in eight bytes */
    return index < words ? row[index] : index == words ? 0x80 : index == last ? length : 0;
}

/* The digest of a row of `words` words, fewer than 2^26. One thread a row. The next block is on its way from memory
 * while one is worked on. */
AXIVON_FN void step_digest(word32 thread, word32 words, const word64 *rows, word32 *digests) {
    const word64 *row = rows + (word64)thread * words;
    word32 blocks = (words + 9) / 8, number, state[8], block[16];
    word64 next[8];
    int i;
    sha256_begin(state);
    AXIVON_UNROLL
    for (i = 0; i < 8; ++i) next[i] = padded_word(row, words, 8 * blocks - 1, i);
    AXIVON_ONCE
    for (number = 0; number < blocks; ++number) {
        AXIVON_UNROLL
        for (i = 0; i < 8; ++i) {
            block[2 * i] = reversed_bytes((word32)next[i]);
            block[2 * i + 1] = reversed_bytes((word32)(next[i] >> 32));
        }
        AXIVON_UNROLL
        for (i = 0; i < 8; ++i) next[i] = padded_word(row, words, 8 * blocks - 1, 8 * (number + 1) + i);
        sha256_compress(state, block);
    }
    sha256_end(state, digests + 8 * (word64)thread);
}

/* The root of each `leaves` digests, a power of two of at least two. One block a root; `nodes` is room for
 * `leaves` digests that its threads share. */
#define AXIVON_MOST_LEAVES 512

AXIVON_FN void block_tree(word32 block, word32 leaves, const word32 *below, word32 *roots, word32 *nodes) {
    word32 count;
    below += 8 * (word64)block * leaves;
    for (count = leaves / 2; count; count /= 2) {
        word32 *above = count > 1 ? nodes : roots + 8 * (word64)block;
        AXIVON_PHASE(thread) {
            word32 i;
            for (i = thread; i < count; i += AXIVON_THREADS) pair_digest(below + 16 * i, above + 8 * i);
        }
        below = above;
        nodes += 8 * count;
    }
}

/* The checksum. */

/* The digest of fewer than 2^29 bytes; for what is small, as it goes byte by byte. */
AXIVON_FN void bytes_digest(const word8 *message, word32 length, word32 *digest) {
    word32 blocks = (length + 72) / 64, number, state[8], block[16], i;
    sha256_begin(state);
    for (number = 0; number < blocks; ++number) {
        for (i = 0; i < 16; ++i) block[i] = 0;
        for (i = 0; i < 64; ++i) {
            word32 place = 64 * number + i;
            word32 byte = place < length ? message[place] : place == length ? 0x80 : 0;
            block[i / 4] |= byte << (24 - 8 * (i % 4));
        }
        if (number + 1 == blocks) block[15] = 8 * length;
        sha256_compress(state, block);
    }
    sha256_end(state, digest);
}

/* Two elements of the matrix H below a root of rows: one thread for each of its rows. */
AXIVON_FN void step_matrix(word32 thread, word32 kind, word64 size, const word32 *root, word64 *matrix) {
    word8 message[80];
    word32 digest[8], i;
    for (i = 0; i < 32; ++i) message[i] = 0;
    message[0] = 'c', message[1] = 'h', message[2] = 'e', message[3] = 'c';
    message[4] = 'k', message[5] = 's', message[6] = 'u', message[7] = 'm';
    message[32] = (word8)kind;
    for (i = 0; i < 8; ++i) message[33 + i] = (word8)(size >> 8 * i);
    for (i = 0; i < 32; ++i) message[41 + i] = (word8)(root[i / 4] >> 8 * (i % 4));
    bytes_digest(message, 73, digest);
    for (i = 0; i < 32; ++i) message[i] = (word8)(digest[i / 4] >> 8 * (i % 4));
    for (i = 0; i < 8; ++i) message[32 + i] = i < 4 ? (word8)(thread >> 8 * i) : 0;
    bytes_digest(message, 40, digest);
    for (i = 0; i < 2; ++i)
        matrix[2 * thread + i] = field_reduced(
            digest[4 * i] | (word64)digest[4 * i + 1] << 32, digest[4 * i + 2] | (word64)digest[4 * i + 3] << 32
        );
}

/* A sum of products of any words, of 192 bits. */
typedef struct {
    word64 low, high, top;
} word192;

AXIVON_FN void add_product(word192 *sum, word64 a, word64 b) {
    word64 low = a * b, high = high_product(a, b);
    sum->low += low;
    high += sum->low < low; /* was at most 2^64 - 2 */
    sum->high += high;
    sum->top += sum->high < high;
}

/* 2^128 is -2^32; `top` is below 2^32 - 1. */
AXIVON_FN word64 sum_reduced(const word192 *sum) {
    return field_difference(field_reduced(sum->low, sum->high), sum->top << 32);
}

/* A row times the two columns of H. One block a row; `sums` is room for two words for each of its threads, of which
 * there are a power of two. Elements of the row may be any words. */
AXIVON_FN void block_checksum(
    word32 block, word32 columns, const word64 *matrix, const word64 *rows, word64 *checksums, word64 *sums
) {
    word32 half;
    rows += (word64)block * columns;
    AXIVON_PHASE(thread) {
        word192 first = {0, 0, 0}, second = {0, 0, 0};
        word32 column;
        for (column = thread; column < columns; column += AXIVON_THREADS) {
            add_product(&first, rows[column], matrix[2 * column]);
            add_product(&second, rows[column], matrix[2 * column + 1]);
        }
        sums[2 * thread] = sum_reduced(&first);
        sums[2 * thread + 1] = sum_reduced(&second);
    }
    for (half = AXIVON_THREADS / 2; half; half /= 2) {
        AXIVON_PHASE(thread) {
            if (thread < half) {
                sums[2 * thread] = field_sum(sums[2 * thread], sums[2 * (thread + half)]);
                sums[2 * thread + 1] = field_sum(sums[2 * thread + 1], sums[2 * (thread + half) + 1]);
            }
        }
    }
    AXIVON_PHASE(thread) {
        if (thread < 2) checksums[2 * (word64)block + thread] = sums[thread];
    }
}

#endif
