#include "http/multipart.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "http/request.hpp"

namespace kith::http {

namespace {

constexpr std::string_view line_end = "\r\n";

std::unexpected<Error> malformed(std::string detail) {
  return refuse(Errc::malformed, "The multipart body is malformed: " + std::move(detail) + ".");
}

/// Whether `text` begins with `prefix`, which is cut off then.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// A quoted string whose opening quote has been read (RFC 9110, section 5.6.4); `text` moves behind
/// it.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    // Browsers write a backslash of a file name as it is: only a quote is escaped.
    if (text[i] == '\\' && text.substr(i + 1).starts_with('"')) ++i;
    out.push_back(text[i]);
  }
  return std::nullopt;
}

/// RFC 2046, section 5.1.1.
bool is_boundary(std::string_view text) {
  constexpr std::size_t chars_max = 70;
  static constexpr std::string_view further = "'()+_,-./:=? ";
  const auto allowed = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || further.contains(c);
  };
  return !text.empty() && text.size() <= chars_max && !text.ends_with(' ') &&
         std::ranges::all_of(text, allowed);
}

/// What a part says of itself.
struct PartHeader {
  bool is_file = false;
  bool is_encoded = false;
};

void note(PartHeader& header, std::string_view name, std::string_view value) {
  if (equal_ignoring_case(name, "Content-Disposition")) {
    const std::string_view kind = trim(value.substr(0, value.find(';')));
    header.is_file = equal_ignoring_case(kind, "form-data") && parameter_of(value, "name") &&
                     (parameter_of(value, "filename") || parameter_of(value, "filename*"));
  }
  if (equal_ignoring_case(name, "Content-Transfer-Encoding")) {
    header.is_encoded = !equal_ignoring_case(trim(value), "binary");
  }
}

/// Reads the lines up to the empty one; `rest` moves behind it.
std::optional<PartHeader> take_header(std::string_view& rest) {
  PartHeader header;
  std::string_view looked_at = rest.substr(0, limits::part_header_bytes_max);
  const std::size_t before = looked_at.size();
  while (!take(looked_at, line_end)) {
    const auto end = looked_at.find(line_end);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = looked_at.substr(0, end);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    note(header, line.substr(0, colon), line.substr(colon + 1));
    looked_at.remove_prefix(end + line_end.size());
  }
  rest.remove_prefix(before - looked_at.size());
  return header;
}

}  // namespace

std::optional<std::string> parameter_of(std::string_view header, std::string_view name) {
  auto semicolon = header.find(';');
  while (semicolon != std::string_view::npos) {
    header = trim(header.substr(semicolon + 1));
    const auto equals = header.find_first_of("=;");
    if (equals == std::string_view::npos || header[equals] == ';') return std::nullopt;
    const bool wanted = equal_ignoring_case(header.substr(0, equals), name);
    header.remove_prefix(equals + 1);
    std::optional<std::string> value;
    if (take(header, "\"")) {
      value = take_quoted(header);
      if (!value) return std::nullopt;
    } else {
      value = std::string(trim(header.substr(0, header.find(';'))));
    }
    if (wanted) return value;
    semicolon = header.find(';');
  }
  return std::nullopt;
}

Result<std::string_view> only_file_of(std::string_view content_type, std::string_view body) {
  const auto boundary = parameter_of(content_type, "boundary");
  if (!boundary || !is_boundary(*boundary)) return malformed("there is no boundary");
  const std::string delimiter = "--" + *boundary;
  if (!take(body, delimiter) || !take(body, line_end)) {
    return malformed("it must begin with the boundary");
  }
  const auto header = take_header(body);
  if (!header) return malformed("a part has no header, or a long one");
  if (!header->is_file) return malformed("the part must be a file with a name");
  if (header->is_encoded) return malformed("the file must not be encoded");
  const auto end = body.find(std::string(line_end) + delimiter);
  if (end == std::string_view::npos) return malformed("the end of the file is missing");
  const std::string_view file = body.substr(0, end);
  body.remove_prefix(end + line_end.size() + delimiter.size());
  if (!take(body, "--")) return malformed("there must be one file and nothing else");
  if (!body.empty() && body != line_end) return malformed("something follows its end");
  return file;
}

}  // namespace kith::http
