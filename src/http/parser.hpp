#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "base/error.hpp"
#include "http/request.hpp"

namespace kith::http {

/// Fills a `Request` from bytes as they arrive, using Beast's parser. Use one parser per request.
///
/// The result does not depend on how the bytes are split. The parser enforces every bound:
/// - Head: at most `header_bytes_max` bytes. The parser keeps none of it until the blank line
///   arrives, then copies it once as a whole into `Request::head`. All views point into that copy,
///   which never grows, so that no view dangles while the request lives.
/// - Chunk headers and the trailer section: `header_bytes_max` bytes each, and together at most
///   `chunk_framing_ratio_max` times the body beyond that. Trailers: `header_fields_max`.
/// - Body: `set_body_bytes_max`.
class RequestParser : private boost::beast::http::basic_parser<true> {
  using Base = boost::beast::http::basic_parser<true>;
  using Ec = boost::beast::error_code;

 public:
  /// Clears `request`. REQUIRES: `request` outlives the parser.
  explicit RequestParser(Request& request);

  using Base::chunked;
  using Base::content_length;
  using Base::is_done;
  using Base::is_header_done;
  using Base::keep_alive;

  /// Limits the body, in bytes; called once the route is known.
  void set_body_bytes_max(std::size_t bytes) { body_bytes_max_ = bytes; }

  /// Parses `buffer` and returns the number of used bytes; call again with the rest and more. Stops
  /// after the head and after the request. `error` is `need_more` while the request is incomplete.
  /// Keeps no view of `buffer`.
  std::size_t put(boost::asio::const_buffer buffer, Ec& error);

  /// Checks the requirements on a complete head beyond syntax (RFC 9112, sections 3.2, 6.1 and 6.3;
  /// RFC 9110, section 11.6.2).
  /// REQUIRES: is_header_done().
  std::optional<Error> check_header() const;

  /// Returns the refusal for an error of `put`.
  Error error_of(const Ec& error) const;

 private:
  using Field = boost::beast::http::field;
  using View = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, View verb_text, View target, int version,
                       Ec& error) override;
  void on_response_impl(int, View, int, Ec&) override {}
  void on_field_impl(Field field, View name, View value, Ec& error) override;
  void on_header_impl(Ec&) override { header_is_read_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Ec& error) override;
  std::size_t on_body_impl(View body, Ec& error) override;
  void on_chunk_header_impl(std::uint64_t size, View extensions, Ec& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t, View body, Ec& error) override;
  void on_finish_impl(Ec&) override {}

  std::size_t put_head(std::string_view bytes, Ec& error);
  std::size_t skip_empty_lines(std::string_view bytes);
  std::size_t head_size(std::string_view bytes, Ec& error);
  void read_head(std::string_view bytes, Ec& error);
  void read_version(Ec& error);
  std::size_t put_body(std::string_view bytes, Ec& error);
  void note_framing(Field field, std::string_view value, Ec& error);
  void note_transfer_codings(std::string_view list);
  std::optional<Error> check_target() const;
  std::optional<Error> check_transfer_codings() const;

  Request& request_;
  std::size_t body_bytes_max_ = 0;

  // Scan positions while the head arrives.
  std::size_t empty_line_bytes_ = 0;  ///< before the request line
  std::size_t scanned_ = 0;
  std::size_t line_begin_ = 0;
  bool is_folded_ = false;

  bool header_is_read_ = false;
  bool target_is_long_ = false;
  bool version_is_supported_ = true;
  bool authority_is_valid_ = true;
  int hosts_ = 0;
  bool host_is_valid_ = true;
  int lengths_ = 0;
  int authorizations_ = 0;
  bool has_transfer_encoding_ = false;
  bool has_chunked_coding_ = false;
  bool has_other_coding_ = false;
  bool chunked_is_misplaced_ = false;
  std::size_t framing_bytes_ = 0;  ///< of the body: sizes, extensions, line ends, trailers
  std::size_t trailers_ = 0;
};

}  // namespace kith::http
