#include "image/sandbox.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <type_traits>

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.hpp"

namespace kith::image {

namespace {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

bool limit(__rlimit_resource what, rlim_t most) {
  const rlimit both{most, most};
  return ::setrlimit(what, &both) == 0;
}

/// Limits private memory mainly: the address space also holds the libraries' code, which is shared.
bool limit_memory() {
  return limit(RLIMIT_DATA, limits::picture_memory_bytes_max) &&
         limit(RLIMIT_AS, limits::picture_address_bytes_max);
}

bool set_limits() {
  constexpr rlim_t standard_streams = 3;
  return (is_sanitized || limit_memory()) &&
         limit(RLIMIT_CPU, static_cast<rlim_t>(limits::picture_cpu_timeout.count())) &&
         limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, standard_streams) && limit(RLIMIT_CORE, 0);
}

struct FreeFilter {
  void operator()(scmp_filter_ctx filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, FreeFilter>;

// Calls for the C library's memory, for the exit, and for throwing exceptions (the unwinder calls
// pthread_once, which ends the process if futex fails); these calls cannot name a file.
constexpr std::array allowed_calls{
    SCMP_SYS(brk),   SCMP_SYS(munmap), SCMP_SYS(mremap),     SCMP_SYS(madvise),
    SCMP_SYS(futex), SCMP_SYS(exit),   SCMP_SYS(exit_group),
};

/// A call that is allowed only if an argument, masked with `mask`, has a given value.
struct Condition {
  int call;
  unsigned argument;
  scmp_datum_t mask;
  scmp_datum_t value;
};
constexpr scmp_datum_t all_bits = ~scmp_datum_t{0};
constexpr std::array conditions{
    Condition{SCMP_SYS(read), 0, all_bits, STDIN_FILENO},
    Condition{SCMP_SYS(write), 0, all_bits, STDOUT_FILENO},
    Condition{SCMP_SYS(mmap), 2, PROT_EXEC, 0},
    Condition{SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
};

bool add_rules(scmp_filter_ctx filter) {
  for (const int call : allowed_calls) {
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
  }
  for (const Condition& each : conditions) {
    const scmp_arg_cmp compared{each.argument, SCMP_CMP_MASKED_EQ, each.mask, each.value};
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, each.call, 1, compared) != 0) return false;
  }
  return true;
}

bool filter_calls() {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  return filter && add_rules(filter.get()) && seccomp_load(filter.get()) == 0;
}

}  // namespace

bool enter_sandbox() {
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0 &&
         set_limits() && (is_sanitized || filter_calls());
}

}  // namespace kith::image
