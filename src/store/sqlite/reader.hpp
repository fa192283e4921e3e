#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/writer.hpp"

namespace kith::store::sqlite {

/// The connection for the inline reads of one loop. Beginning and ending a snapshot costs as much
/// as reading a row, so the reads of one turn of a busy loop share a snapshot (ADR 6). A read sees
/// every write that was acknowledged before it, whichever loop requested the write.
///
/// REQUIRES: the loop runs no handler after the reader is destroyed.
class Reader {
 public:
  Reader(const std::string& path, boost::asio::any_io_executor loop, const LogState& log);

  /// Runs the query as Connection::run does.
  Rows run(const Query& query, const Values& values);

 private:
  void enter();
  void leave();
  void begin_turn();

  Connection connection_;
  boost::asio::any_io_executor loop_;
  const LogState& log_;
  bool in_turn_ = false;       ///< whether the loop has read since it polled for events
  bool shares_ = false;        ///< whether a snapshot is open
  std::uint64_t commits_ = 0;  ///< `commits` of the log when the snapshot was opened
};

}  // namespace kith::store::sqlite
