#pragma once
// The compiler trusts this mark: only on leaf code that truly neither allocates nor locks.
#define SHIM_HOT \
    __attribute__((swift_attr("@_noLocks"))) __attribute__((swift_attr("@_noAllocation"))) \
    __attribute__((always_inline)) static inline
