#pragma once
// C that Swift cannot import by itself: inline wrappers and constants. No logic.
#include "shim_atomics.h"
#include "shim_cpu.h"
#include "shim_host.h"
#include "shim_ring.h"
#include "shim_socket.h"
#include "shim_thread.h"
#include "shim_process.h"
