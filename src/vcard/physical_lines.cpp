#include "vcard/physical_lines.hpp"

#include <algorithm>

namespace kith::vcard {

std::size_t PhysicalLines::next(Found& found, std::size_t from) const {
  const bool is_known = from >= found.from && from <= found.at;
  if (!is_known) {
    const auto at = bytes_.find(found.wanted, from);
    found.from = from;
    found.at = std::min(at, bytes_.size());
  }
  return found.at;
}

PhysicalLine PhysicalLines::at(std::size_t begin) {
  const std::size_t lf = next(lf_, begin);
  const std::size_t cr = next(cr_, begin);
  if (lf < cr) return {begin, lf, lf + 1};
  if (cr == bytes_.size()) return {begin, cr, cr};
  const std::string_view rest = bytes_.substr(cr, 3);
  std::size_t end_bytes = 1;
  if (rest.starts_with("\r\n")) end_bytes = 2;
  if (rest == "\r\r\n") end_bytes = 3;
  return {begin, cr, cr + end_bytes};
}

std::string_view line_end_of(std::string_view line) {
  for (const std::string_view end : {"\r\r\n", "\r\n", "\n", "\r"}) {
    if (line.ends_with(end)) return line.substr(line.size() - end.size());
  }
  return {};
}

void unfold(std::string& out, std::string_view raw, Unfolding how) {
  PhysicalLines lines(raw);
  PhysicalLine line = lines.at(0);
  std::size_t empty_lines = 0;
  std::size_t previous = out.size();  // where the text of the line before begins
  out.append(raw.substr(0, line.content_end));
  while (line.end > line.content_end) {
    line = lines.at(line.end);
    std::string_view content = raw.substr(line.begin, line.content_bytes());
    const bool is_soft =
        how.encoding == Encoding::quoted_printable && out.size() > previous && out.ends_with('=');
    const bool is_blank = content.find_first_not_of(" \t") == std::string_view::npos;
    if (!is_soft && is_blank && (content.empty() || empty_lines > 0)) {
      ++empty_lines;
      continue;
    }
    const bool is_fold = !content.empty() && is_blank_byte(content.front());
    if (is_soft) out.pop_back();
    if (is_fold && (is_soft || !how.keeps_blanks)) content.remove_prefix(1);
    const bool is_text = !is_soft && !is_fold && how.encoding != Encoding::base64;
    if (is_text) out.append(empty_lines + 1, '\n');
    empty_lines = 0;
    previous = out.size();
    out.append(content);
  }
}

}  // namespace kith::vcard
