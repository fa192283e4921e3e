#include "json/slices.hpp"

#include <algorithm>

namespace kith::json {

namespace {

std::string_view after_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

/// Returns the size of the string at the start of `text`, both quotes included.
std::size_t string_size(std::string_view text) {
  // memchr skips most of a string. It restarts only after an escape that contains the quote, so
  // each byte is read at most twice.
  std::size_t quote = text.find('"', 1);
  for (std::size_t i = 1; quote != std::string_view::npos;) {
    const std::size_t backslash = text.substr(0, quote).find('\\', i);
    if (backslash == std::string_view::npos) return quote + 1;
    i = backslash + 2;
    if (i > quote) quote = text.find('"', i);
  }
  return text.size();
}

/// Returns the size of the object or array at the start of `text`.
std::size_t nested_size(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') i += string_size(text.substr(i)) - 1;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return i + 1;
  }
  return text.size();
}

/// Cuts off the value at the start of `text`.
std::string_view take_value(std::string_view& text) {
  const std::string_view value = first_value(text);
  text.remove_prefix(static_cast<std::size_t>(value.data() - text.data()) + value.size());
  return value;
}

/// Moves to the next item of an object or array, past the opening bracket or a comma. Returns false
/// at the end.
bool to_next_item(std::string_view& text) {
  text = after_blanks(text);
  if (text.empty() || text.front() == '}' || text.front() == ']') return false;
  text = after_blanks(text.substr(1));
  return !text.empty() && text.front() != '}' && text.front() != ']';
}

/// Cuts `"name":` off `text` and returns the name.
std::string_view take_name(std::string_view& text) {
  const std::string_view quoted = take_value(text);
  text = after_blanks(text);
  if (!text.empty()) text.remove_prefix(1);
  return quoted.size() < 2 ? quoted : quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::string_view first_value(std::string_view text) {
  text = after_blanks(text);
  if (text.empty()) return text;
  if (text.front() == '"') return text.substr(0, std::min(string_size(text), text.size()));
  if (text.front() == '{' || text.front() == '[') return text.substr(0, nested_size(text));
  return text.substr(0, text.find_first_of(",]} \t\r\n"));
}

MemberCursor::MemberCursor(std::string_view object) : rest_(after_blanks(object)) {}

std::string_view MemberCursor::value_at(std::size_t index) {
  while (to_next_item(rest_)) {
    take_name(rest_);
    const std::string_view value = take_value(rest_);
    if (next_++ == index) return value;
  }
  return {};
}

void for_each_member(std::string_view object,
                     const std::function<void(std::string_view, std::string_view)>& visit) {
  object = after_blanks(object);
  while (to_next_item(object)) {
    const std::string_view name = take_name(object);
    visit(name, take_value(object));
  }
}

void for_each_element(std::string_view array, const std::function<bool(std::string_view)>& visit) {
  array = after_blanks(array);
  while (to_next_item(array) && visit(take_value(array))) {
  }
}

}  // namespace kith::json
