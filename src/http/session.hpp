#pragma once

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

#include "base/limits.hpp"
#include "http/body_share.hpp"
#include "http/deadlines.hpp"
#include "http/gates.hpp"
#include "http/parser.hpp"

namespace kith::http {

/// What the connections of one loop share.
struct LoopServices {
  Gates& gates;
  Deadlines& deadlines;
  const std::atomic<bool>& retiring;  ///< set at SIGTERM: each answer ends its connection
  const std::atomic<bool>& draining;  ///< set at last: who is silent is not waited for
  const std::string& date;            ///< IMF-fixdate, renewed by the sweep
};

/// An open connection, whatever it is made of.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Cuts the wait for a further request short; one that is under way is finished. A client that
  /// has sent one without having heard of the end shall have its answer.
  virtual void drain() = 0;
};

/// A stream that has to agree with the client on something first.
template <class Stream>
concept Handshaking = requires(Stream stream) { stream.shake_hands(); };

/// One connection: reads requests under limits and deadlines, answers them in order, writes the
/// answers to pipelined requests together. Templated on the stream, so that TLS needs no second
/// one. All memory is reused from request to request.
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

  /// Serves the connection to its end.
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

  /// False when the connection is over before it has begun.
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

  /// Reads and answers one request; false when the connection is over.
  Task<bool> serve_one() {
    std::optional<Error> refused;
    if (!co_await read_header(refused)) co_return false;
    request_.received = Clock().now();
    request_.id = RequestId::make(request_.received);
    if (!refused) refused = parser_->check_header();
    if (refused) co_return co_await answer_refused(*refused, Match{});
    set_connection_facts();
    const Match match = services_.gates.match(request_);
    parser_->set_body_bytes_max(match.route ? match.route->body_bytes_max : limits::body_bytes_max);
    refused = check_length(match);
    if (!refused && has_large_body()) refused = co_await services_.gates.admit(request_, match);
    BodyShare share;  // until the answer is made
    if (!refused && !co_await read_body(refused, share)) co_return false;
    if (refused) co_return co_await answer_refused(*refused, match);
    const auto begin = Deadline::Clock::now();
    deadline_.clear();
    co_await services_.gates.answer(request_, match, response_);
    response_.close = response_.close || services_.retiring.load(std::memory_order_relaxed);
    finish(match, begin);
    const bool last = response_.close || !request_.keep_alive;
    const bool may_wait = in_.size() > 0 && out_.size() < limits::pipeline_reply_bytes_max;
    if (!last && may_wait) co_return true;
    if (!co_await flush()) co_return false;
    if (last) co_await linger();
    co_return !last;
  }

  /// Reads until the header is whole. False: nothing more to say to this client.
  Task<bool> read_header(std::optional<Error>& refused) {
    boost::beast::error_code error;
    set_header_deadline();
    for (bool waiting = in_.size() == 0;;) {
      if (in_.size() > 0) {
        if (waiting) deadline_.set(limits::header_timeout);
        waiting = false;
        in_.consume(parser_->put(in_.cdata(), error));
        if (parser_->is_header_done() && !error) co_return true;
        if (error && error != boost::beast::http::error::need_more) break;
      }
      // Answers to what came before are due before we wait for more.
      if (!out_.empty()) {
        if (!co_await flush()) co_return false;
        set_header_deadline();
      }
      give_back_memory();
      if (!co_await read_some(in_.size() == 0)) {
        if (!deadline_.expired() || in_.size() == 0) co_return false;
        refused = Error{.code = Errc::request_timeout, .detail = "The header took too long."};
        co_return true;
      }
    }
    refused = header_error(error);
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

  Error header_error(const boost::beast::error_code& error) const {
    const std::string_view read(static_cast<const char*>(in_.cdata().data()), in_.size());
    const bool within_target = read.find('\n') == std::string_view::npos;
    if (error == boost::beast::http::error::header_limit && within_target) {
      return {.code = Errc::uri_too_long, .detail = "The URL is too long."};
    }
    return error_of(error);
  }

  std::optional<Error> check_length(const Match& match) const {
    const std::size_t most = match.route ? match.route->body_bytes_max : limits::body_bytes_max;
    if (!request_.content_length || *request_.content_length <= most) return std::nullopt;
    return Error{.code = Errc::payload_too_large,
                 .detail = "The body may have " + std::to_string(most) + " octets at most here."};
  }

  /// Whether the body is larger than what may lie in memory for somebody who is not signed in.
  bool has_large_body() const {
    return request_.chunked || request_.content_length > limits::kept_buffer_bytes_max;
  }

  void set_connection_facts() {
    forwarded_for_ = services_.gates.client_behind(client_address_, request_);
    if (forwarded_for_) request_.client_address = *forwarded_for_;
    request_.keep_alive = parser_->keep_alive();
    request_.chunked = parser_->chunked();
    if (const auto length = parser_->content_length()) request_.content_length = *length;
  }

  Task<bool> read_body(std::optional<Error>& refused, BodyShare& share) {
    boost::beast::error_code error;
    deadline_.set(limits::body_timeout);
    parser_->eager(true);
    const auto expect = request_.header("Expect");
    if (expect && request_.version >= 11 && equal_ignoring_case(*expect, "100-continue") &&
        in_.size() == 0) {
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
      if (!co_await flush()) co_return false;
    }
    while (!parser_->is_done()) {
      if (in_.size() > 0) in_.consume(parser_->put(in_.cdata(), error));
      if (has_large_body() && !share.grow_to(request_.body.capacity())) {
        refused =
            Error{.code = Errc::unavailable, .detail = "Too many large requests at this moment."};
        co_return true;
      }
      if (parser_->is_done() && !error) break;
      if (error && error != boost::beast::http::error::need_more) {
        refused = error_of(error);
        co_return true;
      }
      // What stays in the buffer is the beginning of a chunk's header or of the trailer.
      if (in_.size() > limits::header_bytes_max) {
        refused = error_of(boost::beast::http::error::header_limit);
        co_return true;
      }
      if (!out_.empty() && !co_await flush()) co_return false;
      if (!co_await read_some(false)) {
        if (!deadline_.expired()) co_return false;
        refused = Error{.code = Errc::request_timeout, .detail = "The body took too long."};
        co_return true;
      }
    }
    co_return true;
  }

  /// Takes more octets into the buffer; false when the client is gone or its time is over.
  Task<bool> read_some(bool idle) {
    // A client that never pauses is always ready to be read: nothing is cancelled then.
    if (deadline_.expired()) co_return false;
    idle_ = idle;
    const auto [error, count] = co_await stream_.async_read_some(in_.prepare(read_bytes), no_throw);
    idle_ = false;
    in_.commit(count);
    co_return !error;
  }

  /// Appends the response's octets to what is to be written, and its line to the log.
  void finish(const Match& match, Deadline::Clock::time_point begin) {
    const std::chrono::duration<double, std::milli> took = Deadline::Clock::now() - begin;
    append_response(out_, response_, {request_, took.count(), services_.date});
    services_.gates.record(request_, match,
                           {response_.status, response_.content().size(), took.count()});
  }

  /// Tells the client why; its connection is over.
  Task<bool> answer_refused(const Error& error, const Match& match) {
    services_.gates.refuse(request_, error, response_);
    response_.close = true;
    finish(match, Deadline::Clock::now());
    if (co_await flush()) co_await linger();
    co_return false;
  }

  /// Says that nothing more will come and reads on for a moment: closing with octets unread would
  /// reset the connection and take the last answer with it (RFC 9112, section 9.6).
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

  /// Whatever still comes is not looked at.
  template <class Source>
  Task<void> read_on(Source& source) {
    while (!deadline_.expired()) {
      in_.clear();
      const auto [error, count] =
          co_await source.async_read_some(in_.prepare(read_bytes), no_throw);
      if (error) co_return;
    }
  }

  Task<bool> flush() {
    deadline_.set(limits::write_timeout);
    const auto [error, count] =
        co_await boost::asio::async_write(stream_, boost::asio::buffer(out_), no_throw);
    out_.clear();
    co_return !error;
  }

  /// Before a wait: a connection that had a large request or answer does not keep their memory.
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
  std::optional<std::string> forwarded_for_;  ///< by a trusted proxy, of this request
  LoopServices services_;
  Deadline deadline_;
  bool idle_ = false;
  boost::beast::flat_buffer in_;
  std::string out_;
  Request request_;
  Response response_;
  std::optional<RequestParser> parser_;
};

}  // namespace kith::http
