#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/postgres/connection.hpp"

namespace kith::store::postgres {

/// A thread that makes connections for all loops, because to make one is to resolve names, to shake
/// hands and to prepare statements. It keeps trying, slower and slower, and says in the log when
/// the server goes and when it is back.
class Connector {
 public:
  /// What came of an attempt to connect.
  struct Attempt {
    Handle connection;         ///< empty: not yet, and it is tried again
    std::string why;           ///< not yet
    bool unreachable = false;  ///< there is nobody to talk to, or nobody who lets us in
  };

  /// Gets what came of each attempt. False: nobody wants a connection any more. Called on the
  /// connector's thread.
  using Deliver = std::move_only_function<bool(Attempt attempt)>;

  explicit Connector(Url url);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Asks for one connection. May be called on any thread.
  void request(Purpose purpose, Deliver deliver);

  const Url& url() const { return url_; }

 private:
  struct Wanted {
    Purpose purpose;
    Deliver deliver;
    std::chrono::steady_clock::time_point due;
    std::chrono::milliseconds delay;
  };

  void run();
  void attempt(Wanted wanted);
  void hurry();
  void note(const std::string& why);

  Url url_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Wanted> wanted_;
  bool stopping_ = false;
  bool failing_ = false;  // of the thread alone
  std::thread thread_;    // last: it uses all of the above
};

}  // namespace kith::store::postgres
