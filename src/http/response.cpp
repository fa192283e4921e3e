#include "http/response.hpp"

#include <array>
#include <charconv>

#include "base/limits.hpp"

namespace kith::http {

namespace {

void append_number(std::string& out, std::size_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

/// Milliseconds with three decimals, that is microseconds, without the locale.
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

bool has_content(int status) { return status != 204 && status != 304; }

}  // namespace

void Response::add_header(std::string_view name, std::string_view value) {
  headers.append(name).append(": ").append(value).append("\r\n");
}

void Response::clear() {
  status = 200;
  content_type = {};
  static_body = {};
  body.clear();
  if (body.capacity() > limits::kept_buffer_bytes_max) body.shrink_to_fit();
  headers.clear();
  close = false;
}

void append_response(std::string& out, const Response& response, const HeadFacts& facts) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out.push_back(' ');
  out.append(reason_phrase(response.status)).append("\r\nDate: ").append(facts.date);
  if (!response.content_type.empty()) {
    out.append("\r\nContent-Type: ").append(response.content_type);
  }
  if (has_content(response.status)) {
    out += "\r\nContent-Length: ";
    append_number(out, response.content().size());
  }
  out += "\r\nX-Request-Id: ";
  facts.request.id.append_to(out);
  out += "\r\nServer-Timing: app;dur=";
  append_ms(out, facts.handler_ms);
  out += "\r\nX-Content-Type-Options: nosniff\r\n";
  append_connection(out, response, facts.request);
  out.append(response.headers).append("\r\n");
  if (has_content(response.status) && facts.request.verb != Verb::head) out += response.content();
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Unknown";
  }
}

}  // namespace kith::http
