#pragma once

#include <optional>
#include <string>

#include <boost/beast/http/basic_parser.hpp>

#include "base/error.hpp"
#include "http/request.hpp"

namespace kith::http {

/// Fills a `Request` from octets: Beast's parser without Beast's message types. Use one per
/// request; the header's octets are copied once, so that views into them stay valid while the
/// connection's buffer moves on.
class RequestParser : public boost::beast::http::basic_parser<true> {
 public:
  explicit RequestParser(Request& request);

  /// How many octets of body may come; the session sets it once it knows the route.
  void set_body_bytes_max(std::size_t bytes) { body_bytes_max_ = bytes; }

  /// Checks what must hold of a whole header beyond syntax (RFC 9112, sections 3.2 and 6.1): one
  /// Host, no transfer coding but chunked. REQUIRES: is_header_done().
  std::optional<Error> check_header() const;

 private:
  using Field = boost::beast::http::field;
  using Ec = boost::beast::error_code;
  using View = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, View verb_text, View target, int version,
                       Ec& error) override;
  void on_response_impl(int, View, int, Ec&) override {}
  void on_field_impl(Field field, View name, View value, Ec& error) override;
  void on_header_impl(Ec&) override { header_is_read_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Ec& error) override;
  std::size_t on_body_impl(View body, Ec& error) override;
  void on_chunk_header_impl(std::uint64_t, View, Ec&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, Ec& error) override;
  void on_finish_impl(Ec&) override {}

  std::string_view keep(View text);

  Request& request_;
  std::string& head_;  // of the request: the target and all header names and values
  std::size_t body_bytes_max_ = 0;
  bool header_is_read_ = false;
  int hosts_ = 0;
  bool odd_transfer_encoding_ = false;
};

/// The refusal that a parser's error stands for.
Error error_of(const boost::beast::error_code& code);

}  // namespace kith::http
