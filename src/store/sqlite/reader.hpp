#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/writer.hpp"

namespace kith::store::sqlite {

/// The connection on which one loop reads inline. To enter and to leave a snapshot costs as much as
/// to read a row in it, so the reads of one turn of a busy loop share one (ADR 6). A read sees
/// every write that was acknowledged before it, whichever loop asked for that write.
///
/// REQUIRES: the loop runs no handler after the reader's end.
class Reader {
 public:
  Reader(const std::string& path, boost::asio::any_io_executor loop, const LogState& log);

  /// As Connection::run.
  Rows run(const Query& query, const Values& values);

 private:
  void enter();
  void leave();
  void begin_turn();

  Connection connection_;
  boost::asio::any_io_executor loop_;
  const LogState& log_;
  bool in_turn_ = false;       ///< whether there was a read since the loop looked for events
  bool shares_ = false;        ///< whether a snapshot is open
  std::uint64_t commits_ = 0;  ///< when it was opened
};

}  // namespace kith::store::sqlite
