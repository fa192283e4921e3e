#include "http/multipart.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "http/request.hpp"

namespace kith::http {

namespace {

constexpr std::string_view part_line_end = "\r\n";

std::unexpected<Error> malformed_body(std::string detail) {
  return refuse(Errc::malformed, "The multipart body is malformed: " + std::move(detail) + ".");
}

/// Removes `prefix` from the start of `text`. Returns whether it was there.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Reads a quoted string after its opening quote (RFC 9110, section 5.6.4) and advances `text` past
/// it.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    // Browsers send a backslash of a file name as it is: only a quote is escaped.
    if (text[i] == '\\' && text.substr(i + 1).starts_with('"')) ++i;
    out.push_back(text[i]);
  }
  return std::nullopt;
}

/// Returns whether `text` is a valid boundary (RFC 2046, section 5.1.1).
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

/// The header of a part.
struct PartHeader {
  bool is_field = false;  ///< of a form, with a name
  bool is_file = false;   ///< a field with a file name, which may be empty
  bool has_file_name = false;
  bool is_encoded = false;
};

void note(PartHeader& header, std::string_view name, std::string_view value) {
  if (equal_ignoring_case(name, "Content-Disposition")) {
    const std::string_view kind = trim(value.substr(0, value.find(';')));
    const auto plain = parameter_of(value, "filename");
    const auto encoded = parameter_of(value, "filename*");
    header.is_field = equal_ignoring_case(kind, "form-data") && parameter_of(value, "name");
    header.is_file = header.is_field && (plain || encoded);
    header.has_file_name = !plain.value_or("").empty() || !encoded.value_or("").empty();
  }
  if (equal_ignoring_case(name, "Content-Transfer-Encoding")) {
    header.is_encoded = !equal_ignoring_case(trim(value), "binary");
  }
}

/// Reads the lines up to the empty line and advances `rest` past it.
std::optional<PartHeader> take_header(std::string_view& rest) {
  PartHeader header;
  std::string_view looked_at = rest.substr(0, limits::part_header_bytes_max);
  const std::size_t before = looked_at.size();
  while (!take(looked_at, part_line_end)) {
    const auto end = looked_at.find(part_line_end);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = looked_at.substr(0, end);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    note(header, line.substr(0, colon), line.substr(colon + 1));
    looked_at.remove_prefix(end + part_line_end.size());
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

namespace {

/// Reads a body part by part.
class FormReader {
 public:
  /// REQUIRES: `body` outlives the reader; `delimiter` begins with `--`.
  FormReader(std::string_view body, std::string_view delimiter)
      : rest_(body),
        delimiter_(delimiter),
        between_(std::string(part_line_end).append(delimiter)) {}

  Result<std::string_view> only_file() {
    if (!take_preamble()) return malformed_body("it has no line that begins with the boundary");
    std::size_t parts = 0;
    while (!take(rest_, "--")) {
      skip_padding();
      if (!take(rest_, part_line_end)) return malformed_body("text follows a boundary");
      if (++parts > limits::form_parts_max) return malformed_body("it has too many parts");
      const auto read = read_part();
      if (!read) return std::unexpected(read.error());
    }
    skip_padding();
    const bool has_ended =
        rest_.empty() || rest_.starts_with(part_line_end);  // the epilogue follows
    if (!has_ended) return malformed_body("text follows the last boundary");
    if (!file_) return malformed_body("no part is a file with a name");
    return *file_;
  }

 private:
  /// Skips everything through the first boundary, which begins a line.
  bool take_preamble() {
    if (take(rest_, delimiter_)) return true;
    const auto at = rest_.find(between_);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + between_.size());
    return true;
  }

  /// Skips blanks after a boundary (RFC 2046, section 5.1.1).
  void skip_padding() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

  /// Reads a part and the boundary after it. Skips fields that are not files, which forms and
  /// proxies add.
  Result<void> read_part() {
    const auto header = take_header(rest_);
    if (!header) return malformed_body("a part has no header, or a long one");
    if (!header->is_field) return malformed_body("a part is not a form field with a name");
    const auto end = rest_.find(between_);
    if (end == std::string_view::npos) return malformed_body("the end of a part is missing");
    const std::string_view content = rest_.substr(0, end);
    rest_.remove_prefix(end + between_.size());
    // Browsers send an empty file input as an empty file without a name.
    if (!header->is_file || (!header->has_file_name && content.empty())) return {};
    if (file_) return malformed_body("it has several files; send one");
    if (header->is_encoded) return malformed_body("the file must not be encoded");
    file_ = content;
    return {};
  }

  std::string_view rest_;
  std::string_view delimiter_;
  std::string between_;  ///< the delimiter after a part
  std::optional<std::string_view> file_;
};

}  // namespace

Result<std::string_view> only_file_of(std::string_view content_type, std::string_view body) {
  const auto boundary = parameter_of(content_type, "boundary");
  if (!boundary || !is_boundary(*boundary)) return malformed_body("there is no boundary");
  const std::string delimiter = "--" + *boundary;
  return FormReader(body, delimiter).only_file();
}

}  // namespace kith::http
