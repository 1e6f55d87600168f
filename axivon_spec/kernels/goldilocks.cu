/* The kernels that run `goldilocks.h` on a GPU: a thread, or a block with memory that its threads share, for each of
 * `count`. Compiled as C, each kernel is a function that does the same one after the other. */
#include "goldilocks.h"

#ifdef __CUDACC__
#define AXIVON_KERNEL extern "C" __global__ void
#define AXIVON_SHARED __shared__
#define AXIVON_EACH_THREAD(thread, count)                     \
    word32 thread = blockIdx.x * blockDim.x + threadIdx.x;    \
    if (thread < count)
#define AXIVON_EACH_BLOCK(block, count) \
    word32 block = blockIdx.x;          \
    if (block < count)
#else
#define AXIVON_KERNEL void
#define AXIVON_SHARED
#define AXIVON_EACH_THREAD(thread, count) AXIVON_EACH(thread, count)
#define AXIVON_EACH_BLOCK(block, count) AXIVON_EACH(block, count)
#endif

#define AXIVON_MOST_THREADS 256 /* of a block that shares memory */

AXIVON_KERNEL pack(word32 count, word64 size, const word64 *data, word64 *limbs) {
    AXIVON_EACH_THREAD(thread, count) step_pack(thread, size, data, limbs);
}

AXIVON_KERNEL unpack(word32 count, word32 chunks, const word64 *limbs, word64 *data) {
    AXIVON_EACH_THREAD(thread, count) step_unpack(thread, chunks, limbs, data);
}

/* `levels` is from 1 to 4: known to the compiler in each branch, so that the elements stay in registers. */
AXIVON_KERNEL to_coefficients(
    word32 count, word32 levels, word32 distance, word32 rows, word32 columns, const word64 *AXIVON_ALONE powers,
    const word64 *source, word64 *target
) {
    AXIVON_EACH_THREAD(thread, count) {
        switch (levels) {
        case 1: step_levels(thread, 1, 1, distance, rows, columns, powers, source, target); break;
        case 2: step_levels(thread, 2, 1, distance, rows, columns, powers, source, target); break;
        case 3: step_levels(thread, 3, 1, distance, rows, columns, powers, source, target); break;
        default: step_levels(thread, 4, 1, distance, rows, columns, powers, source, target);
        }
    }
}

AXIVON_KERNEL to_values(
    word32 count, word32 levels, word32 distance, word32 rows, word32 columns, const word64 *AXIVON_ALONE powers,
    const word64 *source, word64 *target
) {
    AXIVON_EACH_THREAD(thread, count) {
        switch (levels) {
        case 1: step_levels(thread, 1, 0, distance, rows, columns, powers, source, target); break;
        case 2: step_levels(thread, 2, 0, distance, rows, columns, powers, source, target); break;
        case 3: step_levels(thread, 3, 0, distance, rows, columns, powers, source, target); break;
        default: step_levels(thread, 4, 0, distance, rows, columns, powers, source, target);
        }
    }
}

/* `levels` is from 0 to 4. */
AXIVON_KERNEL turn(
    word32 count, word32 levels, word32 rows, word32 columns, const word64 *AXIVON_ALONE powers,
    const word64 *AXIVON_ALONE shifts, const word64 *source, word64 *target
) {
    AXIVON_EACH_THREAD(thread, count) {
        switch (levels) {
        case 0: step_turn(thread, 0, rows, columns, powers, shifts, source, target); break;
        case 1: step_turn(thread, 1, rows, columns, powers, shifts, source, target); break;
        case 2: step_turn(thread, 2, rows, columns, powers, shifts, source, target); break;
        case 3: step_turn(thread, 3, rows, columns, powers, shifts, source, target); break;
        default: step_turn(thread, 4, rows, columns, powers, shifts, source, target);
        }
    }
}

AXIVON_KERNEL place(
    word32 count, word32 columns, const word32 *AXIVON_ALONE places, const word64 *AXIVON_ALONE factors,
    const word64 *known, word64 *product
) {
    AXIVON_EACH_THREAD(thread, count) step_place(thread, columns, places, factors, known, product);
}

AXIVON_KERNEL fold(word32 count, word32 columns, const word64 *AXIVON_ALONE factors, const word64 *rows, word64 *sums) {
    AXIVON_EACH_THREAD(thread, count) step_fold(thread, columns, factors, rows, sums);
}

AXIVON_KERNEL scale(word32 count, word32 columns, const word64 *AXIVON_ALONE factors, word64 *rows) {
    AXIVON_EACH_THREAD(thread, count) step_scale(thread, columns, factors, rows);
}

AXIVON_KERNEL digest(word32 count, word32 words, const word64 *rows, word32 *digests) {
    AXIVON_EACH_THREAD(thread, count) step_digest(thread, words, rows, digests);
}

AXIVON_KERNEL tree(word32 count, word32 leaves, const word32 *below, word32 *roots) {
    AXIVON_SHARED word32 nodes[8 * AXIVON_MOST_LEAVES];
    AXIVON_EACH_BLOCK(block, count) block_tree(block, leaves, below, roots, nodes);
}

AXIVON_KERNEL matrix(word32 count, word32 kind, word64 size, const word32 *root, word64 *elements) {
    AXIVON_EACH_THREAD(thread, count) step_matrix(thread, kind, size, root, elements);
}

AXIVON_KERNEL checksum(
    word32 count, word32 columns, const word64 *elements, const word64 *rows, word64 *checksums
) {
    AXIVON_SHARED word64 sums[2 * AXIVON_MOST_THREADS];
    AXIVON_EACH_BLOCK(block, count) block_checksum(block, columns, elements, rows, checksums, sums);
}
