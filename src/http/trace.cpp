#include "http/trace.hpp"

#include <algorithm>

namespace kith::http {

namespace {

// version "-" trace-id "-" parent-id "-" trace-flags
constexpr std::size_t version_size = 2;
constexpr std::size_t trace_size = 32;
constexpr std::size_t parent_size = 16;
constexpr std::size_t whole_size = version_size + 1 + trace_size + 1 + parent_size + 1 + 2;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Returns whether `text` has hexadecimal digits that are not all zeros.
bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::string_view trace_id(const Request& request) {
  const std::string_view text = request.header("traceparent").value_or("");
  if (text.size() < whole_size) return {};
  const std::string_view version = text.substr(0, version_size);
  const std::string_view trace = text.substr(version_size + 1, trace_size);
  const std::string_view parent = text.substr(version_size + trace_size + 2, parent_size);
  const std::string_view flags = text.substr(whole_size - 2, 2);
  const bool separated = text[2] == '-' && text[35] == '-' && text[52] == '-';
  if (!separated || !is_hex(version) || version == "ff" || !is_hex(flags)) return {};
  if (!is_id(trace) || !is_id(parent)) return {};
  // Later versions may append fields after a dash.
  const std::string_view more = text.substr(whole_size);
  if (!more.empty() && (version == "00" || more[0] != '-')) return {};
  return trace;
}

}  // namespace kith::http
