#include "vcard/cards.hpp"

#include <string>

#include "vcard/limits.hpp"

namespace kith::vcard {
namespace {

bool begins_card(const ScannedLine& line) { return line.kind == LineKind::begin && line.is_vcard; }

std::expected<Document, ReadError> read_card(std::string_view bytes) {
  // A card that is too large is not copied as a whole: its beginning is refused as well.
  return read(std::string(bytes.substr(0, card_bytes_max + 1)));
}

}  // namespace

bool Cards::find_begin() {
  while (!has_begin_ && scanner_.next(begin_)) {
    has_begin_ = begins_card(begin_);
    if (!has_begin_ && begin_.kind != LineKind::blank) ++junk_lines_;
  }
  return has_begin_;
}

/// Whether a nested card may follow: `AGENT:`.
bool Cards::opens_agent(const ScannedLine& line) const {
  if (line.kind != LineKind::property) return false;
  const std::string_view head =
      line.has_folded_head ? std::string_view(scanner_.folded_head()) : file_.substr(line.begin);
  const std::string_view value = file_.substr(line.value, line.end - line.value);
  return same_name(head.substr(line.head.name, line.head.name_size), "AGENT") &&
         value.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Reads the lines of the card whose BEGIN was read and returns its end.
std::size_t Cards::find_end() {
  has_begin_ = false;
  std::size_t open = 1;
  std::size_t end = begin_.end;
  bool is_agent = false;
  ScannedLine line;
  while (open > 0 && scanner_.next(line)) {
    if (begins_card(line) && !is_agent) {
      begin_ = line;
      has_begin_ = true;
      return end;
    }
    if (line.kind == LineKind::begin) ++open;
    if (line.kind == LineKind::end && (open > 1 || line.is_vcard)) --open;
    if (line.kind != LineKind::blank) is_agent = opens_agent(line);
    end = line.end;
  }
  return end;
}

std::size_t Cards::line_number(std::size_t offset) {
  while (counted_at_ < offset) {
    counted_at_ = physical_.at(counted_at_).end;
    ++counted_lines_;
  }
  return counted_lines_ + 1;
}

std::optional<FileCard> Cards::next() {
  if (!find_begin()) return std::nullopt;
  const std::size_t begin = begin_.begin;
  const std::string_view bytes = file_.substr(begin, find_end() - begin);
  FileCard card{.line = line_number(begin), .bytes = bytes, .document = read_card(bytes)};
  if (!card.document) card.document.error().line += card.line - 1;
  return card;
}

}  // namespace kith::vcard
