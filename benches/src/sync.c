/* Loaded before the C library: every sync takes as long as on a busy disk, and is counted.
   BENCH_SYNC_US: microseconds more; BENCH_SYNC_COUNT: a file of eight bytes that counts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static long delay;
static uint64_t *count;
static int (*next_fsync)(int);
static int (*next_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("BENCH_SYNC_US");
    const char *name = getenv("BENCH_SYNC_COUNT");
    delay = text ? atol(text) : 0;
    next_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    next_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    if (name) {
        int file = open(name, O_RDWR);
        void *at = file < 0 ? MAP_FAILED
                            : mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (at != MAP_FAILED) count = at;
        if (file >= 0) close(file);
    }
}

static void wait_for_the_disk(void) {
    if (count) __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
    if (delay > 0) {
        struct timespec time = {delay / 1000000, (delay % 1000000) * 1000};
        nanosleep(&time, 0);
    }
}

int fsync(int file) {
    wait_for_the_disk();
    return next_fsync(file);
}

int fdatasync(int file) {
    wait_for_the_disk();
    return next_fdatasync(file);
}
