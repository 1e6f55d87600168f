/* The parts of `goldilocks.h` that no kernel gives as they are, for tests: compiled behind `goldilocks.cu`. */

AXIVON_KERNEL field_parts(word32 count, const word64 *a, const word64 *b, word64 *found) {
    AXIVON_EACH_THREAD(thread, count) {
        found[5 * thread] = field_sum(a[thread] % AXIVON_MODULUS, b[thread] % AXIVON_MODULUS);
        found[5 * thread + 1] = field_difference(a[thread] % AXIVON_MODULUS, b[thread] % (AXIVON_MODULUS + 1));
        found[5 * thread + 2] = field_product(a[thread], b[thread]);
        found[5 * thread + 3] = field_reduced(a[thread], b[thread]);
        found[5 * thread + 4] = field_turned(a[thread]);
    }
}

AXIVON_KERNEL high_products(word32 count, const word64 *a, const word64 *b, word64 *found) {
    AXIVON_EACH_THREAD(thread, count) found[thread] = high_product(a[thread], b[thread]);
}

AXIVON_KERNEL digest_of_bytes(word32 count, word32 length, const word8 *messages, word32 *digests) {
    AXIVON_EACH_THREAD(thread, count) bytes_digest(messages + (word64)thread * length, length, digests + 8 * thread);
}
