/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files a fenced process may open: Landlock, where the kernel has it (Linux 5.13).
 *
 * There is no wrapper in libc, and headers are older than kernels, so numbers and
 * structures stand here. The newest version that the kernel offers is used: the first
 * limits files; the fourth ports as well, the fifth what devices are told, the sixth
 * signals and abstract sockets. Nothing may be started, and no links, pipes or devices
 * be made anywhere, so that what the server gives out of a job's folder is what it seems.
 *
 * Source: Documentation/userspace-api/landlock.rst of the Linux kernel.
 */
#define _GNU_SOURCE /* O_PATH */

#include "fence.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same on all machines that have them. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { GET_VERSION = 1, RULE_PATH_BENEATH = 1 };

enum { /* rights over files */
       EXECUTE = 1 << 0,
       WRITE_FILE = 1 << 1,
       READ_FILE = 1 << 2,
       READ_DIR = 1 << 3,
       REMOVE_DIR = 1 << 4,
       REMOVE_FILE = 1 << 5,
       MAKE_CHAR = 1 << 6,
       MAKE_DIR = 1 << 7,
       MAKE_REG = 1 << 8,
       MAKE_SOCK = 1 << 9,
       MAKE_FIFO = 1 << 10,
       MAKE_BLOCK = 1 << 11,
       MAKE_SYM = 1 << 12,
       REFER = 1 << 13,     /* version 2 */
       TRUNCATE = 1 << 14,  /* version 3 */
       IOCTL_DEV = 1 << 15, /* version 5 */
       OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV,
       READ = READ_FILE | READ_DIR,
       WRITE =
           READ | WRITE_FILE | TRUNCATE | MAKE_REG | MAKE_DIR | REMOVE_FILE | REMOVE_DIR,
       DEVICE = READ | WRITE_FILE | IOCTL_DEV
};
enum { BIND_TCP = 1 << 0, CONNECT_TCP = 1 << 1 };             /* version 4 */
enum { SCOPE_ABSTRACT_UNIX = 1 << 0, SCOPE_SIGNAL = 1 << 1 }; /* version 6 */

typedef struct ruleset_attributes {
    uint64_t files, network, scoped;
} ruleset_attributes;

typedef struct path_beneath {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed)) path_beneath;

/* Libraries' own; what they ask of the system. Nothing in it is anybody's. */
static const char *const everybody[] = {
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
    "/etc/localtime", "/usr/share/zoneinfo", "/etc/ssl/openssl.cnf",
    "/etc/pki/tls/openssl.cnf", "/etc/crypto-policies", "/usr/share/crypto-policies",
    /* text that is drawn */
    "/etc/fonts", "/usr/share/fonts", "/usr/share/fontconfig", "/usr/local/share/fonts",
    "/var/cache/fontconfig",
    /* the machine, and this process */
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems",
    "/proc/sys/vm", "/proc/sys/crypto", "/sys/devices/system", "/sys/kernel/mm",
    "/sys/fs/cgroup", "/dev/zero", "/dev/random", "/dev/urandom",
    /* a file given as standard input */
    "/dev/stdin", NULL};

static const char *const with_devices[] = {"/sys",
                                           "/etc/OpenCL",
                                           "/etc/vulkan",
                                           "/usr/share/libdrm",
                                           "/usr/share/vulkan",
                                           "/proc/driver",
                                           NULL};

static const char *const with_internet[] = {
    "/etc/resolv.conf",     "/etc/hosts",
    "/etc/host.conf",       "/etc/nsswitch.conf",
    "/etc/gai.conf",        "/etc/services",
    "/etc/protocols",       "/etc/ssl/certs",
    "/etc/pki/ca-trust",    "/etc/pki/tls/certs",
    "/etc/ca-certificates", "/usr/share/ca-certificates",
    "/etc/gnutls",          NULL};

/* A database's server wants to know who comes. */
static const char *const with_sockets[] = {"/etc/passwd", "/etc/postgresql-common", NULL};

static void allow(int ruleset, uint64_t handled, const char *path, uint64_t rights)
{
    struct stat st;
    path_beneath rule = {.allowed = rights & handled,
                         .fd = open(path, O_PATH | O_CLOEXEC)};
    if (rule.fd < 0)
        return;
    if (fstat(rule.fd, &st) == 0) {
        if (!S_ISDIR(st.st_mode))
            rule.allowed &= OF_A_FILE;
        /* Refuses pipes, which need no rule. */
        syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
    }
    close(rule.fd);
}

static void allow_all(int ruleset, uint64_t handled, const char *const *paths,
                      uint64_t rights)
{
    for (; *paths; paths++)
        allow(ruleset, handled, *paths, rights);
}

static void allow_list(int ruleset, uint64_t handled, const strings *paths,
                       uint64_t rights)
{
    for (size_t i = 0; i < paths->n; i++)
        allow(ruleset, handled, paths->at[i], rights);
}

/* What is loaded already; of what loads more as it works, the folder as well. */
static void allow_loaded(int ruleset, uint64_t handled)
{
    static const char *const with_plugins[] = {"libopenvino", "libtbb"};
    FILE *maps = fopen("/proc/self/maps", "r");
    char *line = NULL, *last = must_copy("");
    size_t size = 0;
    while (maps && getline(&line, &size, maps) > 0) {
        char *path = strchr(line, '/');
        line[strcspn(line, "\n")] = '\0';
        if (!path || strcmp(path, last) == 0)
            continue;
        free(last);
        last = must_copy(path);
        allow(ruleset, handled, path, READ);
        char *name = strrchr(path, '/') + 1;
        for (size_t i = 0; i < sizeof(with_plugins) / sizeof(with_plugins[0]); i++)
            if (strncmp(name, with_plugins[i], strlen(with_plugins[i])) == 0) {
                *name = '\0';
                allow(ruleset, handled, path, READ);
            }
    }
    free(last);
    free(line);
    if (maps)
        fclose(maps);
}

#ifdef __SANITIZE_ADDRESS__
/* Which leaks are not ours, it reads at the end. */
static void allow_sanitizer(int ruleset, uint64_t handled)
{
    static const char name[] = "suppressions=";
    const char *options = getenv("LSAN_OPTIONS");
    const char *found = options ? strstr(options, name) : NULL;
    if (!found)
        return;
    found += sizeof(name) - 1;
    char *path = must_format("%.*s", (int)strcspn(found, ": "), found);
    allow(ruleset, handled, path, READ);
    free(path);
}
#else
static void allow_sanitizer(int ruleset, uint64_t handled)
{
    (void)ruleset;
    (void)handled;
}
#endif

static void allow_what_is_needed(int ruleset, uint64_t handled, const fence *f)
{
    allow_all(ruleset, handled, everybody, READ);
    allow_loaded(ruleset, handled);
    allow_sanitizer(ruleset, handled);
    allow(ruleset, handled, "/dev/null", READ | WRITE_FILE);
    if (f->devices.n)
        allow_all(ruleset, handled, with_devices, READ);
    if (f->network != FENCE_NO_SOCKETS)
        allow_all(ruleset, handled, with_internet, READ);
    if (f->network == FENCE_SOCKETS)
        allow_all(ruleset, handled, with_sockets, READ);
    allow_list(ruleset, handled, &f->read, READ);
    allow_list(ruleset, handled, &f->write, WRITE);
    allow_list(ruleset, handled, &f->devices, DEVICE);
}

/* What a kernel of that version can limit. @param size of as much as it knows */
static ruleset_attributes attributes_of(long version, const fence *f, size_t *size)
{
    uint64_t newer = version < 2 ? REFER : 0;
    newer |= version < 3 ? TRUNCATE : 0;
    newer |= version < 5 ? IOCTL_DEV : 0;
    ruleset_attributes all = {.files = (2 * IOCTL_DEV - 1) & ~newer, /* each of them */
                              .network = BIND_TCP, /* nobody waits for connections */
                              .scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL};
    if (f->network == FENCE_NO_SOCKETS)
        all.network |= CONNECT_TCP;
    *size = version < 4   ? offsetof(ruleset_attributes, network)
            : version < 6 ? offsetof(ruleset_attributes, scoped)
                          : sizeof(all);
    return all;
}

unsigned fence_files(const fence *f)
{
    long version = syscall(CREATE_RULESET, NULL, 0, GET_VERSION);
    size_t size;
    if (version < 1)
        return 0;
    ruleset_attributes all = attributes_of(version, f, &size);
    int ruleset = (int)syscall(CREATE_RULESET, &all, size, 0);
    if (ruleset < 0)
        return 0;
    allow_what_is_needed(ruleset, all.files, f);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    long rc = syscall(RESTRICT_SELF, ruleset, 0);
    close(ruleset);
    if (rc != 0)
        return 0;
    return version < 6 ? FENCE_FILES : FENCE_FILES | FENCE_SIGNALS;
}

#else

unsigned fence_files(const fence *f)
{
    (void)f;
    return 0;
}

#endif
