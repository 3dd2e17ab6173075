#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "floors.h"

#define COUNTER static __thread __attribute__((tls_model("initial-exec")))
COUNTER uint64_t unexpected;
COUNTER int32_t last_number = -1;

uint64_t floors_unexpected_calls(void) { return unexpected; }
int32_t floors_unexpected_last(void) { return last_number; }

// The one place whose system calls the filter lets through: here the handler makes the trapped
// call after counting it.
extern const char floors_after_call[];
__asm__(
    ".text\n"
    ".type floors_pass_call, @function\n"
    "floors_pass_call:\n"
    "  movq %rdi, %rax\n"
    "  movq %rsi, %r11\n"
    "  movq 0(%r11), %rdi\n"
    "  movq 8(%r11), %rsi\n"
    "  movq 16(%r11), %rdx\n"
    "  movq 24(%r11), %r10\n"
    "  movq 32(%r11), %r8\n"
    "  movq 40(%r11), %r9\n"
    "  syscall\n"
    ".globl floors_after_call\n"
    "floors_after_call:\n"
    "  ret\n"
    ".size floors_pass_call, .-floors_pass_call\n"
);
extern long floors_pass_call(long number, const long *arguments);

static void on_trap(int signal, siginfo_t *info, void *raw) {
    (void)signal;
    ucontext_t *context = raw;
    greg_t *registers = context->uc_mcontext.gregs;
    unexpected++;
    last_number = info->si_syscall;
    const long arguments[6] = {
        registers[REG_RDI], registers[REG_RSI], registers[REG_RDX],
        registers[REG_R10], registers[REG_R8],  registers[REG_R9],
    };
    registers[REG_RAX] = floors_pass_call(info->si_syscall, arguments);
}

#define LOAD(field) \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, action)

enum { allowed_max = 32 };

int floors_watch_system_calls(const int32_t *allowed, size_t count) {
    if (count > allowed_max) return -EINVAL;
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER};
    if (sigaction(SIGSYS, &action, NULL) < 0) return -errno;

    struct sock_filter filter[2 * allowed_max + 16];
    unsigned short at = 0;
    filter[at++] = (struct sock_filter)LOAD(nr);
    filter[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 0, 1);
    filter[at++] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
    for (size_t index = 0; index < count; index++) {
        uint32_t number = (uint32_t)allowed[index];
        filter[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
        filter[at++] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
    }
    uint64_t after = (uint64_t)(uintptr_t)floors_after_call;
    uint32_t ip = (uint32_t)offsetof(struct seccomp_data, instruction_pointer);
    filter[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ip);
    filter[at++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)after, 0, 3);
    filter[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ip + 4);
    filter[at++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(after >> 32), 0, 1);
    filter[at++] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
    filter[at++] = (struct sock_filter)ANSWER(SECCOMP_RET_TRAP);

    struct sock_fprog program = {.len = at, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0) return -errno;
    return 0;
}
