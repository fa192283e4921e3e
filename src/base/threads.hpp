#pragma once

#include <string>

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace kith {

/// Names the calling thread, as shown by top and perf: at most 15 bytes.
inline void name_thread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.c_str());
}

/// Lowers the priority of the calling thread, so that long work does not delay the loops. Calling
/// it once per thread is enough.
inline void lower_priority() {
  constexpr int niceness = 10;
  thread_local const int lowered =
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
  static_cast<void>(lowered);  // without permission, the thread runs as before
}

}  // namespace kith
