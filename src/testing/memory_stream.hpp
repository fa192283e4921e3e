#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace kith::test {

/// Both directions of a connection in memory, and what the client at the other end does. Outlives
/// its stream.
struct Wire {
  std::string_view unread;                           ///< what the client sends, then the end
  std::function<std::size_t(std::size_t)> cut = {};  ///< the next piece's size of what is left
  std::size_t piece = 0;                             ///< what is left of the present piece
  std::string written = {};                          ///< what the client has been sent
  /// The client leaves after this many bytes: later writes fail.
  std::size_t leaves_after = std::numeric_limits<std::size_t>::max();
  /// Whether a write waits until `go_on` is called: a client that does not read.
  bool holds_writes = false;
  std::move_only_function<void(boost::system::error_code)> held = {};
  bool is_closed = false;

  /// Lets the write end that waits.
  void go_on(boost::system::error_code error = {}) { std::exchange(held, nullptr)(error); }
};

/// A stream in memory with the calls of a socket that `http::Session` makes.
class MemoryStream {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  enum Shutdown : std::uint8_t { shutdown_send, shutdown_both };

  MemoryStream(boost::asio::io_context& loop, Wire& wire) : loop_(loop), wire_(wire) {}

  executor_type get_executor() { return loop_.get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    boost::system::error_code error;
    const std::size_t count = read(buffers);
    if (count == 0) error = boost::asio::error::eof;
    return complete(error, count, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    boost::system::error_code error;
    const std::size_t before = wire_.written.size();
    if (before >= wire_.leaves_after) {
      error = boost::asio::error::broken_pipe;
    } else {
      write(buffers);
    }
    const std::size_t count = wire_.written.size() - before;
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this, error, count](auto handler) {
          if (!wire_.holds_writes) return this->post(error, count, std::move(handler));
          wire_.held = [this, count,
                        taken = std::move(handler)](boost::system::error_code failed) mutable {
            this->post(failed, failed ? 0 : count, std::move(taken));
          };
        },
        token);
  }

  /// No socket.
  static int native_handle() { return -1; }

  void cancel() {
    if (wire_.held) wire_.go_on(boost::asio::error::operation_aborted);
  }
  void shutdown(Shutdown, boost::system::error_code&) {}
  void close(boost::system::error_code&) { wire_.is_closed = true; }

 private:
  template <class Buffers>
  std::size_t read(const Buffers& buffers) {
    if (wire_.piece == 0 && !wire_.unread.empty()) {
      wire_.piece = wire_.cut ? wire_.cut(wire_.unread.size()) : wire_.unread.size();
    }
    const std::size_t count = boost::asio::buffer_copy(
        buffers, boost::asio::const_buffer(wire_.unread.data(), wire_.piece));
    wire_.unread.remove_prefix(count);
    wire_.piece -= count;
    return count;
  }

  template <class Buffers>
  void write(const Buffers& buffers) {
    for (auto each = boost::asio::buffer_sequence_begin(buffers);
         each != boost::asio::buffer_sequence_end(buffers); ++each) {
      const boost::asio::const_buffer bytes = *each;
      wire_.written.append(static_cast<const char*>(bytes.data()), bytes.size());
    }
  }

  template <class Handler>
  void post(boost::system::error_code error, std::size_t count, Handler handler) {
    boost::asio::post(loop_, [error, count, taken = std::move(handler)]() mutable {
      std::move(taken)(error, count);
    });
  }

  template <class Token>
  auto complete(boost::system::error_code error, std::size_t count, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this, error, count](auto handler) { this->post(error, count, std::move(handler)); },
        token);
  }

  boost::asio::io_context& loop_;
  Wire& wire_;
};

}  // namespace kith::test
