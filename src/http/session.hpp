#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <sys/socket.h>

#include "base/limits.hpp"
#include "http/deadlines.hpp"
#include "http/gates.hpp"
#include "http/memory_share.hpp"
#include "http/pace.hpp"
#include "http/parser.hpp"
#include "http/problem.hpp"
#include "http/scrub.hpp"

namespace kith::http {

/// The services shared by the connections of one loop.
struct LoopServices {
  Gates& gates;
  Deadlines& deadlines;
  const std::atomic<bool>& retiring;  ///< set at SIGTERM: each response closes its connection
  const std::atomic<bool>& draining;  ///< set last: idle connections are then closed at once
  const std::string& date;            ///< IMF-fixdate, updated by the sweep
};

/// An open connection, independent of its stream type.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Ends the wait for the next request; a request in progress is finished. A request that was sent
  /// before the client learned of the shutdown is still answered.
  virtual void drain() = 0;
};

/// Negotiates with the client on a stream that needs a handshake.
template <class Stream>
concept Handshaking = requires(Stream stream) { stream.shake_hands(); };

/// A connection: reads requests under limits and deadlines, answers them in order, and writes the
/// responses to pipelined requests together. A template on the stream, so that TLS needs no second
/// implementation.
///
/// All memory is reused between requests:
/// - `in_` holds unused bytes: less than a head, chunk header or trailer section
///   (`header_bytes_max`, enforced by `RequestParser`) plus one read. No view of it outlives the
///   call of `RequestParser::put`.
/// - `request_` is cleared when the next request begins, after its response has been appended to
///   `out_` or written; all of its views are valid until then.
/// - `out_` holds heads and small responses: `pipeline_reply_bytes_max` and one more response.
/// - `response_` holds a large body, or the current piece of a streamed body, until it has been
///   written; it is never copied. Large response bodies count against the budget of `AnswerShare`,
///   large request bodies against that of `BodyShare`.
template <class Stream>
class Session : public Connection {
 public:
  Session(Stream stream, std::string client_address, LoopServices services)
      : stream_(std::move(stream)),
        client_address_(std::move(client_address)),
        services_(services),
        deadline_([this] { stream_.cancel(); }) {
    services_.deadlines.add(deadline_);
  }

  /// Serves the connection until it ends.
  Task<void> run() {
    bool open = co_await begin();
    while (open) {
      parser_.emplace(request_);
      request_.client_address = client_address_;
      response_.clear();
      open = co_await serve_one();
    }
    close();
  }

  void drain() override {
    if (idle_) deadline_.set(limits::drain_idle_timeout);
  }

 private:
  static constexpr auto no_throw = boost::asio::as_tuple(boost::asio::use_awaitable);
  static constexpr std::size_t read_bytes = 16 * 1024;
  static constexpr std::size_t write_bytes = 64 * 1024;  ///< per write; each counts as progress

  /// Prepares the stream. Returns false when the connection has ended already.
  Task<bool> begin() {
    if constexpr (Handshaking<Stream>) {
      set_handshake_deadline();
      idle_ = true;
      const bool agreed = co_await stream_.shake_hands();
      idle_ = false;
      co_return agreed;
    }
    co_return true;
  }

  /// Reads and answers one request. Returns false when the connection has ended.
  Task<bool> serve_one() {
    std::optional<Error> refused;
    if (!co_await read_header(refused)) co_return false;
    request_.received = Clock().now();
    request_.id = RequestId::make(request_.received);
    if (!refused) refused = parser_->check_header();
    if (refused) co_return co_await answer_refused(*refused, Match{});
    set_connection_facts();
    const Match match = services_.gates.match(request_);
    parser_->set_body_bytes_max(body_bytes_max_of(match.route, request_));
    if (has_large_body()) refused = co_await services_.gates.admit(request_, match, body_share_);
    if (!refused) refused = check_before_body(match);
    if (!refused && !co_await read_body(refused)) co_return false;
    if (refused) co_return co_await answer_refused(*refused, match);
    const auto begin = Deadline::Clock::now();
    deadline_.clear();
    co_await services_.gates.answer(request_, match, response_);
    drop_large_body();
    if (!take_answer_share()) refuse_large_answer(match);
    const bool has_pieces = response_.next_piece && request_.verb != Verb::head;
    response_.close = response_.close || services_.retiring.load(std::memory_order_relaxed) ||
                      (has_pieces && request_.version == 10);
    if (!has_pieces) finish(match, begin);
    if (has_pieces && !co_await send_pieces(match, begin)) co_return false;
    const bool last = response_.close || !request_.keep_alive;
    const bool may_wait =
        in_.size() > 0 && large_.empty() && out_.size() < limits::pipeline_reply_bytes_max;
    if (!last && may_wait) co_return true;
    if (!co_await flush()) co_return false;
    if (last) co_await linger();
    co_return !last;
  }

  /// Reads until the header is complete. Returns false when the connection must end without a
  /// response.
  Task<bool> read_header(std::optional<Error>& refused) {
    boost::beast::error_code error;
    set_header_deadline();
    for (bool waiting = in_.size() == 0;;) {
      if (in_.size() > 0) {
        if (waiting) deadline_.set(limits::header_timeout);
        waiting = false;
        consume(parser_->put(in_.cdata(), error));
        if (!error) co_return true;
        if (error != boost::beast::http::error::need_more) break;
      }
      // Earlier responses are due before the wait for more.
      if (!out_.empty()) {
        if (!co_await flush()) co_return false;
        set_header_deadline();
      }
      give_back_memory();
      if (!co_await read_some(in_.size() == 0)) {
        if (!deadline_.expired() || in_.size() == 0) co_return false;
        refused = Error{.code = Errc::request_timeout, .detail = "The header arrived too slowly."};
        co_return true;
      }
    }
    refused = parser_->error_of(error);
    co_return true;
  }

  void set_handshake_deadline() {
    const bool draining = services_.draining.load(std::memory_order_relaxed);
    deadline_.set(draining ? Deadline::Clock::duration(limits::drain_idle_timeout)
                           : limits::handshake_timeout);
  }

  void set_header_deadline() {
    if (in_.size() > 0) return deadline_.set(limits::header_timeout);
    const bool draining = services_.draining.load(std::memory_order_relaxed);
    deadline_.set(draining ? limits::drain_idle_timeout
                           : Deadline::Clock::duration(limits::idle_timeout));
  }

  /// Returns the refusal of a request because of its header or route.
  std::optional<Error> check_before_body(const Match& match) const {
    const std::size_t most = body_bytes_max_of(match.route, request_);
    if (has_unknown_expectation()) {
      return Error{.code = Errc::expectation_failed,
                   .detail =
                       "The only supported expectation is 100-continue. Send the request "
                       "without other expectations."};
    }
    if (request_.content_length && *request_.content_length > most) {
      return Error{.code = Errc::payload_too_large,
                   .detail = "The body may have at most " + std::to_string(most) + " bytes here."};
    }
    if (!match.route) return std::nullopt;
    if (has_content_coding()) {
      return Error{.code = Errc::unsupported_media_type,
                   .detail = "Send the body without a Content-Encoding.",
                   .slug = content_coding_slug};
    }
    return std::nullopt;
  }

  /// Returns whether the request has a body that would have to be decoded (RFC 9110, section 8.4).
  bool has_content_coding() const {
    if (!request_.chunked && request_.content_length.value_or(0) == 0) return false;
    return !lists_only(request_, "Content-Encoding", "identity");
  }

  /// Returns whether `Expect` has an unknown value (RFC 9110, section 10.1.1). HTTP/1.0 has no
  /// expectations.
  bool has_unknown_expectation() const {
    return request_.version >= 11 && !lists_only(request_, "Expect", "100-continue");
  }

  /// Returns whether the body is, or may be, larger than the limit for callers that are not signed
  /// in.
  bool has_large_body() const {
    return request_.chunked || request_.content_length > limits::access_body_bytes_max;
  }

  /// Counts the memory of the body. Returns false when there is no room for it.
  bool has_room_for_body() {
    const std::size_t held = request_.body.capacity();
    return !has_large_body() || held <= limits::access_body_bytes_max || body_share_.grow_to(held);
  }

  void set_connection_facts() {
    forwarded_for_ = services_.gates.client_behind(client_address_, request_);
    if (forwarded_for_) request_.client_address = *forwarded_for_;
    request_.keep_alive = parser_->keep_alive();
    request_.chunked = parser_->chunked();
    if (const auto length = parser_->content_length()) request_.content_length = *length;
  }

  Task<bool> read_body(std::optional<Error>& refused) {
    boost::beast::error_code error;
    const Pace pace(Deadline::Clock::now());
    std::size_t received = in_.size();
    const auto expect = request_.header("Expect");
    if (expect && request_.version >= 11 && equal_ignoring_case(*expect, "100-continue") &&
        in_.size() == 0) {
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
      if (!co_await flush()) co_return false;
    }
    while (!parser_->is_done()) {
      if (in_.size() > 0) consume(parser_->put(in_.cdata(), error));
      refused = check_body(error);
      if (refused || parser_->is_done()) co_return true;
      if (!out_.empty() && !co_await flush()) co_return false;
      deadline_.set_until(pace.deadline(Deadline::Clock::now(), received));
      const std::size_t before = in_.size();
      if (!co_await read_some(false)) {
        if (!deadline_.expired()) co_return false;
        refused = Error{.code = Errc::request_timeout, .detail = "The body arrived too slowly."};
        co_return true;
      }
      received += in_.size() - before;
    }
    co_return true;
  }

  /// Returns the refusal of the body so far, after `error` of the parser.
  std::optional<Error> check_body(const boost::beast::error_code& error) {
    if (error && error != boost::beast::http::error::need_more) return parser_->error_of(error);
    if (has_room_for_body()) return std::nullopt;
    return Error{.code = Errc::unavailable, .detail = "Too many large requests. Try again later."};
  }

  /// Removes bytes from the start of `in_`.
  void consume(std::size_t bytes) {
    scrub({static_cast<char*>(in_.data().data()), bytes});
    in_.consume(bytes);
  }

  /// Reads more bytes into the buffer. Returns false when the client has disconnected or the
  /// deadline has passed.
  Task<bool> read_some(bool idle) {
    // If the client never pauses, a read is always ready and is never cancelled.
    if (deadline_.expired()) co_return false;
    idle_ = idle;
    const auto [error, count] = co_await stream_.async_read_some(in_.prepare(read_bytes), no_throw);
    idle_ = false;
    in_.commit(count);
    co_return !error;
  }

  /// Frees the memory of a request's body, which is not needed while its response is sent.
  void drop_large_body() {
    if (request_.body.capacity() > limits::kept_buffer_bytes_max) request_.body = std::string();
    body_share_.release();
  }

  /// Takes the memory of a large response from the budget of the process. Returns false when the
  /// budget is exhausted. A response that reports a change is sent regardless: without it the
  /// client would not know of the change.
  bool take_answer_share() {
    const std::size_t bytes = response_.body.capacity();
    answer_share_.set_owner(response_.owner);
    if (bytes <= limits::kept_buffer_bytes_max) return true;
    if (is_safe(request_.verb)) return answer_share_.grow_to(bytes);
    answer_share_.take(bytes);
    return true;
  }

  void refuse_large_answer(const Match& match) {
    response_.clear();
    services_.gates.refuse(request_, match, too_many_answers(), response_);
  }

  /// Appends the response to the pending output, with a large body kept separate, and logs the
  /// request.
  void finish(const Match& match, Deadline::Clock::time_point begin) {
    const std::chrono::duration<double, std::milli> took = Deadline::Clock::now() - begin;
    const std::string_view content =
        append_head(out_, response_, {request_, took.count(), services_.date});
    if (content.size() > limits::kept_buffer_bytes_max) {
      large_ = content;
    } else {
      out_ += content;
    }
    services_.gates.record(request_, match,
                           {response_.status, response_.content().size(), took.count()});
  }

  /// Answers with the error and closes the connection.
  Task<bool> answer_refused(const Error& error, const Match& match) {
    drop_large_body();
    services_.gates.refuse(request_, match, error, response_);
    response_.close = true;
    finish(match, Deadline::Clock::now());
    if (co_await flush()) co_await linger();
    co_return false;
  }

  /// Ends the sending side and reads on for a moment: closing with unread bytes would reset the
  /// connection and lose the last response (RFC 9112, section 9.6).
  Task<void> linger() {
    deadline_.set(limits::lingering_timeout);
    if constexpr (Handshaking<Stream>) {
      co_await stream_.say_goodbye();
      co_await read_on(stream_.socket());
    } else {
      boost::system::error_code ignored;
      stream_.shutdown(Stream::shutdown_send, ignored);
      co_await read_on(stream_);
    }
  }

  /// Reads and discards further bytes.
  template <class Source>
  Task<void> read_on(Source& source) {
    while (!deadline_.expired()) {
      in_.clear();
      const auto [error, count] =
          co_await source.async_read_some(in_.prepare(read_bytes), no_throw);
      if (error) co_return;
    }
  }

  /// The progress of a response that is made piece by piece.
  struct Progress {
    Pace pace;
    Deadline::Clock::duration made;  ///< time spent to make it
    std::size_t written = 0;         ///< bytes, including the head and the framing
    std::size_t body_bytes = 0;

    double made_ms() const { return std::chrono::duration<double, std::milli>(made).count(); }
  };

  /// Sends a response that is made piece by piece: each piece is requested when the client has read
  /// the previous one. Returns false if the client disconnected or was too slow, or a piece could
  /// not be made. The connection is then reset, so that no client takes the partial response for a
  /// complete one.
  Task<bool> send_pieces(const Match& match, Deadline::Clock::time_point begin) {
    const auto now = Deadline::Clock::now();
    Progress progress{.pace = Pace(now), .made = now - begin};
    append_head(out_, response_, {request_, progress.made_ms(), services_.date});
    set_reset_on_close(true);
    bool complete = false;
    for (std::optional<bool> more = true; more && !complete;) {
      if (!co_await send_piece(progress)) break;
      complete = !*more;
      if (!complete) more = co_await make_piece(progress);
    }
    services_.gates.record(request_, match,
                           {response_.status, progress.body_bytes, progress.made_ms()});
    response_.next_piece = nullptr;
    if (!complete) {
      boost::system::error_code ignored;
      stream_.close(ignored);
      co_return false;
    }
    if (request_.version >= 11) out_ += progress.body_bytes > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n";
    set_reset_on_close(false);
    if (response_.body.capacity() > limits::kept_buffer_bytes_max) response_.body = std::string();
    answer_share_.release();
    co_return true;
  }

  /// Writes the current piece, as a chunk if the client supports chunks. Returns false on failure.
  Task<bool> send_piece(Progress& progress) {
    const std::string& piece = response_.body;
    if (!piece.empty() && request_.version >= 11) {
      if (progress.body_bytes > 0) out_ += "\r\n";
      append_chunk_size(out_, piece.size());  // an empty chunk would end the body
    }
    large_ = piece;
    const auto [error, count] = co_await write_all(progress.pace, progress.written);
    out_.clear();
    large_ = {};
    progress.written += count;
    if (!error) progress.body_bytes += piece.size();
    co_return !error;
  }

  /// Requests the next piece, as `Gates::continue_answer`.
  Task<std::optional<bool>> make_piece(Progress& progress) {
    const auto asked = Deadline::Clock::now();
    deadline_.clear();
    const auto more = co_await services_.gates.continue_answer(request_, response_);
    const auto took = Deadline::Clock::now() - asked;
    progress.made += took;
    progress.pace.pause(took);
    const std::size_t held = response_.body.capacity();
    if (held > limits::kept_buffer_bytes_max) answer_share_.take(held);
    co_return more;
  }

  /// Sets whether closing the connection resets it. The reset tells the client that the response is
  /// incomplete even if only the end of the connection delimits it.
  void set_reset_on_close(bool on) {
    const struct ::linger option{.l_onoff = on ? 1 : 0, .l_linger = 0};
    // Does not use Asio's option: the destructor of its sockets would revert it.
    int handle = -1;
    if constexpr (Handshaking<Stream>) {
      handle = stream_.socket().native_handle();
    } else {
      handle = stream_.native_handle();
    }
    ::setsockopt(handle, SOL_SOCKET, SO_LINGER, &option, sizeof option);
  }

  /// Writes `out_` and `large_` at the pace of a response of which `before` bytes were written.
  auto write_all(const Pace& pace, std::size_t before) {
    const auto step = [this, &pace, before](const boost::system::error_code& failed,
                                            std::size_t written) {
      deadline_.set_until(pace.deadline(Deadline::Clock::now(), before + written));
      return failed ? std::size_t{0} : write_bytes;
    };
    const std::array<boost::asio::const_buffer, 2> buffers{boost::asio::buffer(out_),
                                                           boost::asio::buffer(large_)};
    return boost::asio::async_write(stream_, buffers, step, no_throw);
  }

  /// Writes the pending output: heads and small responses, then the large body of the last
  /// response.
  Task<bool> flush() {
    const Pace pace(Deadline::Clock::now());
    const auto [error, count] = co_await write_all(pace, 0);
    out_.clear();
    if (!large_.empty()) response_.clear();
    large_ = {};
    answer_share_.release();
    co_return !error;
  }

  /// Frees the memory of a large request or response before the connection waits.
  void give_back_memory() {
    if (out_.capacity() > limits::kept_buffer_bytes_max) out_.shrink_to_fit();
    if (in_.size() == 0 && in_.capacity() > limits::kept_buffer_bytes_max) in_.shrink_to_fit();
  }

  void close() {
    boost::system::error_code ignored;
    stream_.shutdown(Stream::shutdown_both, ignored);
    stream_.close(ignored);
  }

  Stream stream_;
  std::string client_address_;
  std::optional<std::string> forwarded_for_;  ///< set by a trusted proxy, for this request
  LoopServices services_;
  Deadline deadline_;
  bool idle_ = false;
  boost::beast::flat_buffer in_;
  std::string out_;
  Request request_;
  Response response_;
  std::string_view large_;  ///< part of `response_` to write after `out_`
  BodyShare body_share_;
  AnswerShare answer_share_;
  std::optional<RequestParser> parser_;
};

}  // namespace kith::http
