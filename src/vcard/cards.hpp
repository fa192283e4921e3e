#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>

#include "vcard/document.hpp"
#include "vcard/physical_lines.hpp"
#include "vcard/scanner.hpp"

namespace kith::vcard {

/// A card of a file.
struct FileCard {
  std::size_t line = 1;    ///< the physical line of its BEGIN, from 1
  std::string_view bytes;  ///< from its BEGIN to its END, or to where it was cut off
  /// The card, or why it is refused; lines of the error count from the beginning of the file.
  std::expected<Document, ReadError> document;
};

/// Reads the cards of a file one after the other. Text between cards is skipped and counted. A
/// refused card does not stop the others. `BEGIN:VCARD` within an open card ends that card, whose
/// END is missing, unless the line before is AGENT without a value: then the card is nested (vCard
/// 2.1). Time is linear in the file, memory that of one card. REQUIRES: the bytes outlive this
/// object; they are UTF-8 or another superset of ASCII.
class Cards {
 public:
  explicit Cards(std::string_view file) : file_(file), scanner_(file), physical_(file) {}

  /// Reads the next card; nothing at the end of the file.
  std::optional<FileCard> next();

  /// The lines outside of cards so far that are not blank.
  std::size_t junk_lines() const { return junk_lines_; }

 private:
  bool find_begin();
  std::size_t find_end();
  bool opens_agent(const ScannedLine& line) const;
  std::size_t line_number(std::size_t offset);

  std::string_view file_;
  Scanner scanner_;
  PhysicalLines physical_;  ///< for counting
  ScannedLine begin_;       ///< the BEGIN of the next card, if `has_begin_`
  bool has_begin_ = false;
  std::size_t junk_lines_ = 0;
  std::size_t counted_at_ = 0;  ///< up to here `counted_lines_` line ends were counted
  std::size_t counted_lines_ = 0;
};

}  // namespace kith::vcard
