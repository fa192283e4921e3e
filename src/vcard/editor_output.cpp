#include "vcard/editor_output.hpp"

#include "vcard/physical_lines.hpp"
#include "vcard/scanner.hpp"

namespace kith::vcard {
namespace {

bool takes_text(std::string_view name, Encoding encoding) {
  return encoding != Encoding::none || is_long_text(name);
}

bool begins_with_blank(const Line& line) {
  return !line.bytes.empty() && is_blank_byte(line.bytes.front());
}

}  // namespace

void EditorOutput::begin_line() {
  if (!out_.empty() && line_end_of(out_).empty()) out_ += line_end_;
}

void EditorOutput::write_new(std::string_view bytes, std::string_view name, Encoding encoding) {
  begin_line();
  out_ += bytes;
  open_ = {.takes_folds = true,
           .takes_text = takes_text(name, encoding),
           .is_base64 = encoding == Encoding::base64,
           .is_property = true};
  is_blank_before_ = false;
  is_changed_before_ = true;
}

bool EditorOutput::is_continued_by(const Line& line) const {
  const bool is_ended = is_blank_before_ && (open_.is_base64 || !open_.is_property);
  if (is_ended) return false;
  if (begins_with_blank(line)) return open_.takes_folds;
  return line.kind == LineKind::junk && open_.takes_text;
}

void EditorOutput::write_old(const Line& line) {
  std::string_view bytes = line.bytes;
  begin_line();
  if (line.kind == LineKind::blank) {
    // Behind a CR it may become the rest of that line end.
    const bool is_rest = out_.ends_with('\r') && (bytes == "\n" || bytes == "\r\n");
    is_blank_before_ = is_blank_before_ || !is_rest;
    out_ += bytes;
    return;
  }
  if (is_changed_before_ && is_continued_by(line)) {
    if (line.kind == LineKind::junk) return;
    bytes.remove_prefix(bytes.find_first_not_of(" \t"));
  }
  out_ += bytes;
  const bool is_property = line.kind == LineKind::property;
  const std::string_view content = bytes.substr(0, bytes.find_first_of("\r\n"));
  open_ = {.takes_folds = is_property || !is_card_boundary(content),
           .takes_text = is_property && takes_text(line.name, line.encoding),
           .is_base64 = line.encoding == Encoding::base64,
           .is_property = is_property};
  is_blank_before_ = false;
  is_changed_before_ = false;
}

}  // namespace kith::vcard
