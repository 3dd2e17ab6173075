#pragma once
#include <signal.h>
#include <sys/prctl.h>

// The kernel sends SIGTERM to this process when the one that started it ends, however it ends.
static inline int shim_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGTERM); }
