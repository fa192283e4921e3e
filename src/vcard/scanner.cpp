#include "vcard/scanner.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "vcard/limits.hpp"

namespace kith::vcard {
namespace {

constexpr std::string_view blanks = " \t";

bool is_blank_text(std::string_view content) {
  return content.find_first_not_of(blanks) == std::string_view::npos;
}

}  // namespace

bool is_long_text(std::string_view name) {
  return same_name(name, "NOTE") || same_name(name, "ADR") || same_name(name, "LABEL");
}

bool is_card_boundary(std::string_view content) {
  const HeadSearch search = find_head(content.substr(0, head_bytes_max), true);
  if (search.outcome != HeadSearch::Outcome::found) return false;
  const Head& head = search.head;
  const std::string_view name = content.substr(head.begin, head.name + head.name_size - head.begin);
  const std::string_view value = trimmed(content.substr(head.colon + 1), blanks);
  return same_name(value, "VCARD") && (same_name(name, "BEGIN") || same_name(name, "END"));
}

bool Scanner::is_continued_at(std::size_t at) const {
  return at < bytes_.size() && is_blank_byte(bytes_[at]);
}

/// Returns the end of the line that begins with the physical line `last`, with its continuations.
std::size_t Scanner::absorb_folds(PhysicalLine last) {
  while (is_continued_at(last.end)) {
    longest_folded_ = std::max(longest_folded_, last.content_bytes());
    if (!continuation_) continuation_ = bytes_[last.end];
    last = physical_.at(last.end);
  }
  return last.end;
}

/// Looks for the head of the line [first.begin, end). Leaves a folded head in `unfolded`.
HeadSearch Scanner::find_head_in(const PhysicalLine& first, std::size_t end,
                                 std::string& unfolded) {
  using enum HeadSearch::Outcome;
  const std::string_view content = bytes_.substr(first.begin, first.content_bytes());
  const bool is_whole = content.size() > head_bytes_max || first.end == end;
  const HeadSearch search = find_head(content.substr(0, head_bytes_max), is_whole);
  if (search.outcome != unfinished) return search;
  unfolded = content;
  PhysicalLine line = first;
  while (line.end < end && unfolded.size() < head_bytes_max) {
    line = physical_.at(line.end);
    const std::string_view folded = bytes_.substr(line.begin + 1, line.content_bytes() - 1);
    unfolded += folded.substr(0, head_bytes_max);
  }
  HeadSearch whole = find_head(std::string_view(unfolded).substr(0, head_bytes_max), true);
  whole.is_folded = true;
  return whole;
}

/// The offset in the file of the byte `in_head` of the unfolded head.
std::size_t Scanner::unfolded_offset(const PhysicalLine& first, std::size_t in_head) {
  PhysicalLine line = first;
  std::size_t skipped = 0;
  while (in_head >= line.content_bytes() - skipped) {
    in_head -= line.content_bytes() - skipped;
    line = physical_.at(line.end);
    skipped = 1;
  }
  return line.begin + skipped + in_head;
}

std::string_view Scanner::name_of(const ScannedLine& line) const {
  const std::string_view head =
      line.has_folded_head ? std::string_view(folded_head_) : bytes_.substr(line.begin);
  return head.substr(line.head.name, line.head.name_size);
}

void Scanner::classify(ScannedLine& line) {
  const std::string_view name = name_of(line);
  line.kind = LineKind::property;
  if (line.head.name != line.head.begin) return;  // it has a group
  if (same_name(name, "BEGIN")) line.kind = LineKind::begin;
  if (same_name(name, "END")) line.kind = LineKind::end;
  if (line.kind == LineKind::property) return;
  std::string component;
  unfold(component, bytes_.substr(line.value, line.end - line.value), {});
  line.is_vcard = same_name(trimmed(component), "VCARD");
}

bool Scanner::ends_in_soft_break(const ScannedLine& line, std::size_t end) const {
  const std::string_view text = bytes_.substr(line.value, end - line.value);
  return text.substr(0, text.size() - line_end_of(text).size()).ends_with('=');
}

/// Returns where the lines end that are empty, or that are blank and follow an empty one.
std::size_t Scanner::skip_blank_lines(std::size_t at) {
  const bool is_empty = at < bytes_.size() && (bytes_[at] == '\r' || bytes_[at] == '\n');
  if (!is_empty) return at;
  while (at < bytes_.size()) {
    const PhysicalLine line = physical_.at(at);
    if (!is_blank_text(bytes_.substr(at, line.content_bytes()))) break;
    at = line.end;
  }
  return at;
}

/// Returns the end of the line after one piece that is not joined by a fold or a soft break, or
/// `end` if there is none. Blank lines end base64 alone.
std::size_t Scanner::absorb_unfolded(const ScannedLine& line, std::size_t end) {
  const std::size_t at = skip_blank_lines(end);
  const bool is_base64 = line.traits.encoding == Encoding::base64;
  if (at == bytes_.size() || (at != end && is_base64)) return end;
  const PhysicalLine piece = physical_.at(at);
  if (is_blank_byte(bytes_[at])) return absorb_folds(piece);
  if (line.traits.encoding == Encoding::none && !is_long_text(name_of(line))) return end;
  const std::size_t piece_end = absorb_folds(piece);
  const HeadSearch search = find_head_in(piece, piece_end, next_head_);
  return search.outcome == HeadSearch::Outcome::found ? end : piece_end;
}

/// Returns the end of a property whose folds were read.
std::size_t Scanner::absorb_rest(const ScannedLine& line) {
  const bool is_quoted = line.traits.encoding == Encoding::quoted_printable;
  for (std::size_t end = line.end;;) {
    std::size_t next = end;
    if (is_quoted && end < bytes_.size() && ends_in_soft_break(line, end)) {
      next = absorb_folds(physical_.at(end));
    } else {
      next = absorb_unfolded(line, end);
    }
    if (next == end) return end;
    end = next;
  }
}

/// Fills in what the head of a line says, and the rest of its extent.
void Scanner::read_property(ScannedLine& line, const PhysicalLine& first,
                            const HeadSearch& search) {
  line.head = search.head;
  line.has_folded_head = search.is_folded;
  const std::size_t colon =
      search.is_folded ? unfolded_offset(first, search.head.colon) : line.begin + search.head.colon;
  line.value = colon + 1;
  const std::string_view head =
      search.is_folded ? std::string_view(folded_head_) : bytes_.substr(line.begin);
  const std::size_t name_end = search.head.name + search.head.name_size;
  line.traits = traits_of(head.substr(name_end, search.head.colon - name_end));
  classify(line);
  if (line.kind == LineKind::property) line.end = absorb_rest(line);
}

bool Scanner::next(ScannedLine& line) {
  if (at_ == bytes_.size()) return false;
  const PhysicalLine first = physical_.at(at_);
  const std::string_view content = bytes_.substr(first.begin, first.content_bytes());
  line = {.begin = first.begin, .end = first.end, .kind = LineKind::blank};
  if (!is_blank_text(content)) {
    line.kind = LineKind::junk;
    if (is_continued_at(first.end) && !is_card_boundary(content)) line.end = absorb_folds(first);
    const HeadSearch search = find_head_in(first, line.end, folded_head_);
    if (search.outcome == HeadSearch::Outcome::found) read_property(line, first, search);
  }
  at_ = line.end;
  return true;
}

}  // namespace kith::vcard
