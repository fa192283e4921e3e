#include "http/response.hpp"

#include <array>
#include <charconv>

#include "base/limits.hpp"
#include "http/scrub.hpp"

namespace kith::http {

namespace {

void append_number(std::string& out, std::size_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

/// Appends milliseconds with three decimals, independent of the locale.
void append_ms(std::string& out, double ms) {
  const auto micros = static_cast<std::size_t>(ms < 0 ? 0 : ms * 1000 + 0.5);
  append_number(out, micros / 1000);
  const std::size_t rest = micros % 1000;
  out.push_back('.');
  out.push_back(static_cast<char>('0' + rest / 100));
  out.push_back(static_cast<char>('0' + rest / 10 % 10));
  out.push_back(static_cast<char>('0' + rest % 10));
}

void append_connection(std::string& out, const Response& response, const Request& request) {
  if (response.close || !request.keep_alive) {
    out += "Connection: close\r\n";
  } else if (request.version == 10) {
    out += "Connection: keep-alive\r\n";
  }
}

/// Appends the header that delimits the body. HTTP/1.0 has no chunks (RFC 9112, section 6.1): the
/// end of the connection ends the body.
void append_length(std::string& out, const Response& response, const Request& request) {
  if (response.next_piece) {
    if (request.version >= 11) out += "\r\nTransfer-Encoding: chunked";
    return;
  }
  out += "\r\nContent-Length: ";
  append_number(out, response.content().size());
}

bool has_content(int status) { return status != 204 && status != 304; }

}  // namespace

void Response::add_header(std::string_view name, std::string_view value) {
  headers.append(name).append(": ").append(value).append("\r\n");
}

void Response::clear() {
  status = 200;
  content_type = {};
  static_body = {};
  next_piece = nullptr;
  scrub(body);
  body.clear();
  if (body.capacity() > limits::kept_buffer_bytes_max) body.shrink_to_fit();
  headers.clear();
  owner = {};
  close = false;
}

void append_chunk_size(std::string& out, std::size_t size) {
  std::array<char, 16> digits{};
  constexpr int hexadecimal = 16;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), size, hexadecimal).ptr;
  out.append(digits.data(), end).append("\r\n");
}

std::string_view append_head(std::string& out, const Response& response, const HeadFacts& facts) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out.push_back(' ');
  out.append(reason_phrase(response.status)).append("\r\nDate: ").append(facts.date);
  if (!response.content_type.empty()) {
    out.append("\r\nContent-Type: ").append(response.content_type);
  }
  if (has_content(response.status)) append_length(out, response, facts.request);
  out += "\r\nX-Request-Id: ";
  facts.request.id.append_to(out);
  out += "\r\nServer-Timing: app;dur=";
  append_ms(out, facts.handler_ms);
  out += "\r\nX-Content-Type-Options: nosniff\r\n";
  append_connection(out, response, facts.request);
  out.append(response.headers).append("\r\n");
  const bool is_sent = has_content(response.status) && facts.request.verb != Verb::head;
  return is_sent ? response.content() : std::string_view();
}

}  // namespace kith::http
