#include "http/parser.hpp"

#include <algorithm>

#include <boost/beast/http/error.hpp>

#include "base/digits.hpp"
#include "base/limits.hpp"
#include "http/target.hpp"
#include "http/token.hpp"

namespace kith::http {

namespace bh = boost::beast::http;

namespace {

constexpr std::string_view line_end = "\r\n";

Error malformed(std::string detail) {
  return {.code = Errc::malformed, .detail = std::move(detail)};
}

Error target_too_long() {
  return {.code = Errc::uri_too_long,
          .detail = "The URL is longer than " + std::to_string(limits::target_bytes_max) +
                    " bytes. Shorten it."};
}

/// Returns whether a request line may begin with `bytes`, so that other protocols are refused at
/// their first bytes.
bool may_begin_with(std::string_view bytes) {
  const std::string_view begin = bytes.substr(0, limits::method_bytes_max + 1);
  const auto end = std::ranges::find_if_not(begin, is_token_char);
  if (end == begin.end()) return begin.size() <= limits::method_bytes_max;
  return end != begin.begin() && *end == ' ';
}

/// Returns whether the target is too long in `head`, the beginning of an oversized head.
bool has_long_target(std::string_view head) {
  const std::string_view line = head.substr(0, head.find(line_end));
  const auto begin = line.find(' ');
  if (begin == std::string_view::npos) return false;
  const auto end = std::min(line.find(' ', begin + 1), line.size());
  return end - begin - 1 > limits::target_bytes_max;
}

/// Returns the position of the HTTP version in the request line of `head`; nullopt when the line
/// does not end with a version.
std::optional<std::size_t> version_at(std::string_view head) {
  constexpr std::string_view form = " HTTP/1.1";
  const std::string_view line = head.substr(0, head.find(line_end));
  if (line.size() < form.size()) return std::nullopt;
  const std::size_t begin = line.size() - form.size();
  const std::string_view end = line.substr(begin);
  const bool is_version =
      end.starts_with(" HTTP/") && is_digit(end[6]) && end[7] == '.' && is_digit(end[8]);
  return is_version ? std::optional(begin + 6) : std::nullopt;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Joins folded lines by replacing each fold with blanks (RFC 9112, section 5.2).
void unfold(std::string& head) {
  for (auto at = head.find(line_end); at != std::string::npos; at = head.find(line_end, at + 1)) {
    if (at + 2 < head.size() && is_blank(head[at + 2])) head[at] = head[at + 1] = ' ';
  }
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

}  // namespace

RequestParser::RequestParser(Request& request) : request_(request) {
  request.clear();
  header_limit(limits::header_bytes_max);
  body_limit(boost::none);  // the limit is known only after routing
}

std::size_t RequestParser::put(boost::asio::const_buffer buffer, Ec& error) {
  error = {};
  const std::string_view bytes(static_cast<const char*>(buffer.data()), buffer.size());
  return is_header_done() ? put_body(bytes, error) : put_head(bytes, error);
}

std::size_t RequestParser::put_head(std::string_view bytes, Ec& error) {
  const std::size_t skipped = scanned_ == 0 ? skip_empty_lines(bytes) : 0;
  bytes.remove_prefix(skipped);
  const std::size_t room =
      limits::header_bytes_max - std::min(empty_line_bytes_, limits::header_bytes_max);
  const std::size_t size = head_size(bytes.substr(0, room), error);
  if (error == bh::error::need_more && bytes.size() >= room) {
    target_is_long_ = has_long_target(bytes.substr(0, room));
    error = bh::error::header_limit;
  }
  if (error) return skipped;
  read_head(bytes.substr(0, size), error);
  return skipped + size;
}

/// Skips empty lines before the request line (RFC 9112, section 2.2).
std::size_t RequestParser::skip_empty_lines(std::string_view bytes) {
  std::size_t skipped = 0;
  while (bytes.substr(skipped).starts_with(line_end)) skipped += line_end.size();
  empty_line_bytes_ += skipped;
  return skipped;
}

/// Returns the size of the head up to its blank line. Scans each byte once, however small the
/// reads.
std::size_t RequestParser::head_size(std::string_view bytes, Ec& error) {
  error = bh::error::need_more;
  if (bytes.empty() || bytes == "\r") return 0;  // possibly an empty line
  if (!may_begin_with(bytes)) {
    error = bh::error::bad_method;
    return 0;
  }
  for (auto end = bytes.find('\n', scanned_); end != std::string_view::npos;
       end = bytes.find('\n', scanned_)) {
    if (end == 0 || bytes[end - 1] != '\r') {
      error = bh::error::bad_line_ending;
      return 0;
    }
    scanned_ = end + 1;
    if (end - 1 == line_begin_) {
      error = {};
      return scanned_;
    }
    is_folded_ = is_folded_ || is_blank(bytes[line_begin_]);
    line_begin_ = scanned_;
  }
  scanned_ = bytes.size();
  return 0;
}

/// Parses a complete head. Only this function writes `Request::head`.
void RequestParser::read_head(std::string_view bytes, Ec& error) {
  request_.head.assign(bytes);
  if (is_folded_) unfold(request_.head);
  read_version(error);
  if (error) return;
  const std::size_t used = Base::put(boost::asio::buffer(request_.head), error);
  const bool is_whole = used == request_.head.size() && is_header_done();
  if (error == bh::error::need_more || (!error && !is_whole)) error = bh::error::bad_field;
}

/// Reads a later minor version as the latest known version, and refuses another major version (RFC
/// 9110, section 2.5).
void RequestParser::read_version(Ec& error) {
  std::string& head = request_.head;
  const auto at = version_at(head);
  if (!at) return;  // Beast refuses the line
  version_is_supported_ = head[*at] == '1';
  if (!version_is_supported_) error = bh::error::bad_version;
  if (char& minor = head[*at + 2]; minor > '1') minor = '1';
}

/// Runs one step of Beast's parser at a time, with at most the bytes allowed in a chunk header or a
/// trailer section.
std::size_t RequestParser::put_body(std::string_view bytes, Ec& error) {
  std::size_t used = 0;
  while (!is_done() && used < bytes.size()) {
    const std::string_view piece = bytes.substr(used, limits::header_bytes_max);
    const std::size_t before = request_.body.size();
    const std::size_t step = Base::put(boost::asio::buffer(piece.data(), piece.size()), error);
    used += step;
    framing_bytes_ += step - (request_.body.size() - before);
    const bool is_long = error == bh::error::need_more && piece.size() == limits::header_bytes_max;
    const std::size_t framing_max =
        limits::header_bytes_max + limits::chunk_framing_ratio_max * request_.body.size();
    if (is_long || (!error && framing_bytes_ > framing_max)) error = bh::error::header_limit;
    if (error) return used;
  }
  if (!is_done()) error = bh::error::need_more;
  return used;
}

std::optional<Error> RequestParser::check_header() const {
  if (target_is_long_) return target_too_long();
  if (hosts_ > 1) return malformed("The request has more than one Host header. Send one.");
  if (hosts_ == 0 && request_.version == 11) return malformed("The Host header is missing.");
  // Proxies and this server might use different ones.
  if (authorizations_ > 1)
    return malformed("The request has more than one Authorization header. Send one.");
  if (!host_is_valid_)
    return malformed("The Host header must be a host name, optionally with a port.");
  if (auto refused = check_transfer_codings()) return refused;
  return check_target();
}

std::optional<Error> RequestParser::check_transfer_codings() const {
  if (!has_transfer_encoding_) return std::nullopt;
  // HTTP/1.0 has no transfer codings (RFC 9112, section 6.1).
  if (request_.version < 11) return malformed("HTTP/1.0 does not support transfer codings.");
  // Otherwise the end of the body is unknown (RFC 9112, section 6.3).
  if (!has_chunked_coding_ || chunked_is_misplaced_ || !chunked()) {
    return malformed("The last transfer coding, and no other, must be chunked.");
  }
  if (!has_other_coding_) return std::nullopt;
  return Error{.code = Errc::not_implemented,
               .detail = "The only supported transfer coding is chunked."};
}

std::optional<Error> RequestParser::check_target() const {
  if (!authority_is_valid_) {
    return malformed("The host in the request target is missing or malformed.");
  }
  if (request_.target.contains('#')) {
    return malformed("The request target must not have a fragment.");
  }
  const bool is_of_server = request_.verb == Verb::options && request_.target == "*";
  if (!request_.path.starts_with('/') && !is_of_server) {
    return malformed("The request target must be a path that begins with a slash.");
  }
  return std::nullopt;
}

Error RequestParser::error_of(const Ec& error) const {
  if (error == bh::error::header_limit && target_is_long_) return target_too_long();
  if (error == bh::error::header_limit) {
    return {.code = Errc::header_too_large,
            .detail = "The header may have at most " + std::to_string(limits::header_bytes_max) +
                      " bytes and " + std::to_string(limits::header_fields_max) + " fields."};
  }
  if (error == bh::error::bad_version && !version_is_supported_) {
    return {.code = Errc::version_not_supported,
            .detail = "The server supports HTTP/1.0 and HTTP/1.1. Send the request as HTTP/1.1."};
  }
  if (error == bh::error::body_limit || error == bh::error::buffer_overflow) {
    return {.code = Errc::payload_too_large, .detail = "The body is larger than allowed here."};
  }
  return malformed("The request is not valid HTTP: " + error.message() + ".");
}

void RequestParser::on_request_impl(bh::verb, View method, View target, int version, Ec&) {
  request_.verb = verb_of({method.data(), method.size()});
  request_.version = version;
  target_is_long_ = target.size() > limits::target_bytes_max;
  const auto from = static_cast<std::size_t>(target.data() - request_.head.data());
  const RequestTarget parts = read_target(request_.head, from, target.size());
  authority_is_valid_ = parts.is_valid;
  request_.target = parts.text;
  request_.path = parts.path;
  request_.query = parts.query;
}

void RequestParser::on_field_impl(Field field, View name, View value, Ec& error) {
  // Trailer fields are not merged into the header (RFC 9110, section 6.5.1).
  if (header_is_read_) {
    if (++trailers_ > limits::header_fields_max) error = bh::error::header_limit;
    return;
  }
  if (request_.headers.size() >= limits::header_fields_max) {
    error = bh::error::header_limit;
    return;
  }
  const std::string_view text(value.data(), value.size());
  request_.headers.push_back({{name.data(), name.size()}, text});
  note_framing(field, text, error);
}

void RequestParser::note_framing(Field field, std::string_view value, Ec& error) {
  if (field == Field::host) {
    ++hosts_;
    host_is_valid_ = host_is_valid_ && is_authority(value);
  }
  if (field == Field::authorization) ++authorizations_;
  if (field == Field::content_length) {
    // Beast accepts a repeated equal length; proxies may see another (RFC 9112, section 6.3).
    const bool is_number = !value.empty() && std::ranges::all_of(value, kith::is_digit);
    if (++lengths_ > 1 || !is_number) error = bh::error::bad_content_length;
  }
  if (field == Field::transfer_encoding) note_transfer_codings(value);
}

void RequestParser::note_transfer_codings(std::string_view list) {
  has_transfer_encoding_ = true;
  while (!list.empty()) {
    const auto comma = list.find(',');
    const std::string_view coding = trim(list.substr(0, comma));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    if (coding.empty()) continue;
    chunked_is_misplaced_ = chunked_is_misplaced_ || has_chunked_coding_;
    if (equal_ignoring_case(coding, "chunked")) {
      has_chunked_coding_ = true;
    } else {
      has_other_coding_ = true;
    }
  }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Ec& error) {
  if (length && *length > body_bytes_max_) error = bh::error::body_limit;
}

std::size_t RequestParser::on_body_impl(View body, Ec& error) {
  if (body.size() > body_bytes_max_ - request_.body.size()) {
    error = bh::error::body_limit;
    return 0;
  }
  request_.body.append(body.data(), body.size());
  return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t size, View extensions, Ec& error) {
  if (size > body_bytes_max_ - request_.body.size()) error = bh::error::body_limit;
  // Beast accepts any byte within quotes; a recipient that ends lines at a bare LF would see
  // another chunk there.
  if (std::ranges::any_of(extensions, is_control)) error = bh::error::bad_chunk_extension;
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View body, Ec& error) {
  return on_body_impl(body, error);
}

}  // namespace kith::http
