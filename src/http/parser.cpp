#include "http/parser.hpp"

#include <boost/beast/http/error.hpp>

#include "base/limits.hpp"

namespace kith::http {

namespace bh = boost::beast::http;

namespace {

Verb verb_of(bh::verb verb) {
  switch (verb) {
    case bh::verb::get: return Verb::get;
    case bh::verb::head: return Verb::head;
    case bh::verb::post: return Verb::post;
    case bh::verb::put: return Verb::put;
    case bh::verb::patch: return Verb::patch;
    case bh::verb::delete_: return Verb::del;
    case bh::verb::options: return Verb::options;
    default: return Verb::other;
  }
}

Error malformed(std::string detail) {
  return {.code = Errc::malformed, .detail = std::move(detail)};
}

/// The path of an absolute target (`http://host/path`), which servers must take (RFC 9112, section
/// 3.2.2); any other as it is.
std::string_view without_authority(std::string_view target) {
  constexpr std::string_view schemes[] = {"http://", "https://"};
  for (const std::string_view scheme : schemes) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const auto slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return target;
}

}  // namespace

RequestParser::RequestParser(Request& request) : request_(request), head_(request.head) {
  request.clear();
  head_.reserve(limits::header_bytes_max);  // the views below must not move
  header_limit(limits::header_bytes_max);
  body_limit(boost::none);  // ours is known only once the route is
}

std::optional<Error> RequestParser::check_header() const {
  if (hosts_ > 1) return malformed("More than one Host header.");
  if (hosts_ == 0 && request_.version == 11) return malformed("The Host header is missing.");
  if (odd_transfer_encoding_) return malformed("The only transfer coding here is chunked.");
  // HTTP/1.0 knows none (RFC 9112, section 6.1).
  if (chunked() && request_.version < 11) return malformed("HTTP/1.0 has no transfer codings.");
  if (request_.target.size() > limits::target_bytes_max) {
    return Error{.code = Errc::uri_too_long,
                 .detail = "The URL may have " + std::to_string(limits::target_bytes_max) +
                           " octets at most."};
  }
  if (request_.path.empty() || request_.path.front() != '/') {
    return malformed("The request target must be a path that begins with a slash.");
  }
  return std::nullopt;
}

std::string_view RequestParser::keep(View text) {
  const std::size_t from = head_.size();
  head_.append(text.data(), text.size());
  return std::string_view(head_).substr(from);
}

void RequestParser::on_request_impl(bh::verb verb, View, View target, int version, Ec&) {
  request_.verb = verb_of(verb);
  request_.version = version;
  request_.target = without_authority(keep(target));
  const auto question = request_.target.find('?');
  request_.path = request_.target.substr(0, question);
  if (question != std::string_view::npos) request_.query = request_.target.substr(question + 1);
}

void RequestParser::on_field_impl(Field field, View name, View value, Ec& error) {
  // A field behind the body (a trailer) is taken for none of the header's (RFC 9110,
  // section 6.5.1).
  if (header_is_read_) return;
  if (request_.headers.size() >= limits::header_fields_max) {
    error = bh::error::header_limit;
    return;
  }
  const std::string_view kept_name = keep(name);
  const std::string_view kept_value = keep(value);
  request_.headers.push_back({kept_name, kept_value});
  if (field == Field::host) ++hosts_;
  if (field == Field::transfer_encoding && !equal_ignoring_case(trim(kept_value), "chunked")) {
    odd_transfer_encoding_ = true;
  }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Ec& error) {
  if (length && *length > body_bytes_max_) error = bh::error::body_limit;
}

std::size_t RequestParser::on_body_impl(View body, Ec& error) {
  if (request_.body.size() + body.size() > body_bytes_max_) {
    error = bh::error::body_limit;
    return 0;
  }
  request_.body.append(body.data(), body.size());
  return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View body, Ec& error) {
  return on_body_impl(body, error);
}

Error error_of(const boost::beast::error_code& code) {
  if (code == bh::error::header_limit) {
    return {.code = Errc::header_too_large,
            .detail = "The header may have " + std::to_string(limits::header_bytes_max) +
                      " octets and " + std::to_string(limits::header_fields_max) +
                      " fields at most."};
  }
  if (code == bh::error::body_limit || code == bh::error::buffer_overflow) {
    return {.code = Errc::payload_too_large, .detail = "The body is larger than allowed here."};
  }
  return malformed("The request is not valid HTTP: " + code.message() + ".");
}

}  // namespace kith::http
