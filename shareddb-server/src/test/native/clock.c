/*
 * A wrong time of day for one process and what it starts, through LD_PRELOAD. The file named by WRONG_CLOCK_FILE holds eight bytes, a signed
 * number of seconds in the machine's byte order, that is added to every look at the time of day; whoever writes it sets all these clocks at
 * once. Clocks that measure how long something takes are not touched, and waits until a time of day are given to the system in its own time.
 * Not changed: the times of files, which the system itself sets.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EARLIEST_TIME_OF_DAY 1000000000 /* seconds; a clock that counts from the machine's start is less */

static const int64_t right_time = 0;
static volatile const int64_t *offset = &right_time;

static int (*system_gettime)(clockid_t, struct timespec *);
static int (*system_cond_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*system_mutex_timedlock)(pthread_mutex_t *, const struct timespec *);
static int (*system_sem_timedwait)(sem_t *, const struct timespec *);

__attribute__((constructor)) static void open_clock(void) {
    const char *path = getenv("WRONG_CLOCK_FILE");
    int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        void *shared = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
        if (shared != MAP_FAILED) {
            offset = shared;
        }
        close(file);
    }
    system_cond_timedwait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2"); /* the unversioned one may be the older of two */
    if (system_cond_timedwait == NULL) {
        system_cond_timedwait = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    }
    system_mutex_timedlock = dlsym(RTLD_NEXT, "pthread_mutex_timedlock");
    system_sem_timedwait = dlsym(RTLD_NEXT, "sem_timedwait");
    system_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = system_gettime == NULL ? (int) syscall(SYS_clock_gettime, clock, now) : system_gettime(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += *offset;
    }
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void) zone;
    int failed = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (result != NULL) {
        *result = now.tv_sec;
    }
    return now.tv_sec;
}

static struct timespec of_the_system(const struct timespec *until) {
    struct timespec result = *until;
    if (result.tv_sec > EARLIEST_TIME_OF_DAY) {
        result.tv_sec -= *offset;
    }
    return result;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    struct timespec end = of_the_system(until);
    return system_cond_timedwait(condition, mutex, &end);
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until) {
    struct timespec end = of_the_system(until);
    return system_mutex_timedlock(mutex, &end);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    struct timespec end = of_the_system(until);
    return system_sem_timedwait(semaphore, &end);
}
