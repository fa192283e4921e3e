#pragma once

#include <string>

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace kith {

/// Names the thread that runs, as top and perf show it: at most 15 bytes.
inline void name_thread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.c_str());
}

/// Has the thread that runs step back while others want its core: work that takes long must not
/// hold up the loops. Once is enough.
inline void lower_priority() {
  constexpr int niceness = 10;
  thread_local const int lowered =
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
  static_cast<void>(lowered);  // who may not lower it runs as before
}

}  // namespace kith
