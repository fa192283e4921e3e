#include "store/sqlite/reader.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "base/temporary_folder.hpp"
#include "store/rows.hpp"
#include "store/sqlite/database.hpp"

namespace kith::store::sqlite {
namespace {

namespace asio = boost::asio;

const Query insert_row(
    "test.reader_insert",
    "insert into schema_migrations (version, name, sha256, applied_at) values ($1, $2, '', 0)");
const Query count_rows("test.reader_count",
                       "select count(*) as n from schema_migrations where version < 0");

template <class T>
T run(asio::io_context& loop, Task<T> task) {
  auto result = asio::co_spawn(loop, std::move(task), asio::use_future);
  loop.restart();
  loop.run();
  return result.get();
}

/// A loop that reads while another loop writes.
class SqliteReader : public testing::Test {
 protected:
  SqliteReader() : database_(open({.path = folder_.file()})) {
    database_->migrate();
    here_ = database_->attach(loop_.get_executor());
    elsewhere_ = database_->attach(other_loop_.get_executor());
  }

  Task<int> count() {
    const auto rows = co_await here_->read(count_rows, {}, Lane::point);
    co_return read_column<int>(rows.value(), "n");
  }

  /// Returns when the write is acknowledged to the other loop; this loop is blocked meanwhile.
  void write_elsewhere(int version, std::string name = {}) {
    ASSERT_TRUE(run(other_loop_, elsewhere_->write_one({}, insert_row, values(version, name))));
  }

  /// Writes as another process, unknown to Kith's writer.
  void write_outside(int version) {
    Connection outside(folder_.file(), Mode::write);
    outside.run(insert_row, values(version, "outside"));
  }

  static Task<void> next_turn() { co_await asio::post(asio::use_awaitable); }

  const TemporaryFolder folder_;
  asio::io_context loop_, other_loop_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Store> here_, elsewhere_;
};

TEST_F(SqliteReader, ReadsOfOneTurnShareASnapshot) {
  run(loop_, [this]() -> Task<void> {
    EXPECT_EQ(co_await count(), 0);
    EXPECT_EQ(co_await count(), 0);
    write_outside(-1);
    EXPECT_EQ(co_await count(), 0) << "a snapshot for each read";
    co_await next_turn();
    EXPECT_EQ(co_await count(), 1);
  }());
}

TEST_F(SqliteReader, SeesWritesAcknowledgedToAnotherLoopInTheSameTurn) {
  run(loop_, [this]() -> Task<void> {
    for (int written = 0; written < 5; ++written) {
      EXPECT_EQ(co_await count(), written);
      EXPECT_EQ(co_await count(), written);
      write_elsewhere(-1 - written);
    }
    EXPECT_EQ(co_await count(), 5);
  }());
}

TEST_F(SqliteReader, BusyReadersKeepTheLogBounded) {
  constexpr int page_bytes = 4096;
  constexpr int pages_a_write = 256;
  const std::string name(pages_a_write * page_bytes, 'x');
  run(loop_, [&]() -> Task<void> {
    // An endless turn: a snapshot is open whenever it may be shared.
    for (int i = 0; i < 4 * limits::checkpoint_log_pages / pages_a_write; ++i) {
      write_elsewhere(-1 - i, name);
      EXPECT_EQ(co_await count(), i + 1);
    }
  }());
  const auto log_bytes = std::filesystem::file_size(folder_.file("kith.db-wal"));
  EXPECT_LT(log_bytes, std::uintmax_t{2} * limits::checkpoint_log_pages * page_bytes);
}

}  // namespace
}  // namespace kith::store::sqlite
