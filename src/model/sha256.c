/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sha256 of files and bytes, by OpenSSL: the only file that knows it. A network is used
 * only if its hash is the one its card states.
 */
#include <openssl/evp.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/store.h"

enum { CHUNK = 1 << 16, DIGEST = 32 };

static void to_hex(const unsigned char digest[DIGEST], char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < DIGEST; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * DIGEST] = '\0';
}

int st_sha256_file(const char *path, char hex[65], stance_error *err)
{
    int rc = 0;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char *chunk = st_alloc_array(CHUNK, 1);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    FILE *file = fopen(path, "rb");
    if (!file) {
        rc = st_fail(err, STANCE_EMODEL, "%s: %s", path, strerror(errno));
        goto out;
    }
    if (!chunk || !context || !EVP_DigestInit_ex(context, EVP_sha256(), NULL)) {
        rc = st_fail_memory(err);
        goto out;
    }
    for (size_t n; (n = fread(chunk, 1, CHUNK, file)) > 0;)
        EVP_DigestUpdate(context, chunk, n);
    if (ferror(file)) {
        rc = st_fail(err, STANCE_EMODEL, "%s: %s", path, strerror(errno));
        goto out;
    }
    EVP_DigestFinal_ex(context, digest, NULL);
    to_hex(digest, hex);
out:
    if (file)
        fclose(file);
    EVP_MD_CTX_free(context);
    st_free(chunk);
    return rc;
}

void st_sha256_bytes(const void *bytes, size_t n, char hex[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    EVP_Digest(bytes, n, digest, NULL, EVP_sha256(), NULL);
    to_hex(digest, hex);
}
