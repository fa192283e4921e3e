#include "base/large_work.hpp"

namespace kith {

Workers& large_workers() {
  static Workers workers(limits::large_work_threads, limits::large_work_queue_max,
                         "Too many large cards are being processed. Try again shortly.");
  return workers;
}

}  // namespace kith
