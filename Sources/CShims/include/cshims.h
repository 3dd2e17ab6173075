#pragma once
// C that Swift cannot import by itself: inline wrappers and constants. No logic.
#include "shim_atomics.h"
#include "shim_cpu.h"
