#pragma once
#include <signal.h>
#include <sys/prctl.h>

// The kernel sends SIGTERM to this process when the one that started it ends, however it ends.
static inline int shim_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGTERM); }

#include <sys/timex.h>

// The kernel's own bound of the clock's error in microseconds, or -1 when nobody steers it.
static inline long shim_clock_error_us(void) {
    struct timex state = {0};
    int answer = adjtimex(&state);
    if (answer < 0 || answer == TIME_ERROR || (state.status & STA_UNSYNC)) return -1;
    return state.maxerror;
}
