/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_BASE_SIMD_H
#define ST_BASE_SIMD_H

/*
 * Loops that the compiler turns into vector code, once for every x86 processor and once
 * for those with AVX2; which one runs is chosen when the program starts. Both do the same
 * operations in the same order, so results are the same to the bit. Sanitizers cannot
 * choose so early; other processors have one kind of vectors for all.
 */
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && \
    !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&          \
    !defined(__SANITIZE_THREAD__)
#define ST_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define ST_VECTORS
#endif

#endif
