#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "vcard/document.hpp"
#include "vcard/head.hpp"
#include "vcard/physical_lines.hpp"

namespace kith::vcard {

/// A logical line of a file. Offsets count from the beginning of the file.
struct ScannedLine {
  std::size_t begin = 0;
  std::size_t end = 0;
  LineKind kind = LineKind::junk;
  bool is_vcard = false;         ///< of `begin` and `end`: the component is VCARD
  bool has_folded_head = false;  ///< the head is `Scanner::folded_head`
  Head head = {};                ///< offsets within the line, or within the unfolded head
  std::size_t value = 0;         ///< behind the colon
  HeadTraits traits = {};
};

/// Splits a file into logical lines: joins folds, soft breaks of quoted-printable, lines of base64,
/// and text that was not folded. Knows nothing of cards, so the lines between cards are lines too.
/// Time is linear in the file. REQUIRES: the bytes outlive this object.
class Scanner {
 public:
  explicit Scanner(std::string_view bytes) : bytes_(bytes), physical_(bytes) {}

  /// Reads the next line into `line`. False at the end of the file.
  bool next(ScannedLine& line);

  /// The unfolded head of the last line, if it was folded.
  const std::string& folded_head() const { return folded_head_; }

  /// What was seen of folds so far.
  std::size_t longest_folded_bytes() const { return longest_folded_; }
  std::optional<char> continuation() const { return continuation_; }

 private:
  bool is_continued_at(std::size_t at) const;
  std::size_t absorb_folds(PhysicalLine last);
  HeadSearch find_head_in(const PhysicalLine& first, std::size_t end, std::string& unfolded);
  std::size_t unfolded_offset(const PhysicalLine& first, std::size_t in_head);
  void read_property(ScannedLine& line, const PhysicalLine& first, const HeadSearch& search);
  void classify(ScannedLine& line);
  std::size_t absorb_rest(const ScannedLine& line);
  std::size_t skip_blank_lines(std::size_t at);
  std::size_t absorb_unfolded(const ScannedLine& line, std::size_t end);
  bool ends_in_soft_break(const ScannedLine& line, std::size_t end) const;
  std::string_view name_of(const ScannedLine& line) const;

  std::string_view bytes_;
  PhysicalLines physical_;
  std::size_t at_ = 0;
  std::string folded_head_;  ///< at most `head_bytes_max` and one physical line
  std::string next_head_;    ///< the same of a line that is only looked at
  std::size_t longest_folded_ = 0;
  std::optional<char> continuation_;
};

/// Returns whether a value of this property may go on in lines that are neither folded nor
/// properties: programs wrote its line breaks as they are.
bool is_long_text(std::string_view name);

/// Returns whether a physical line is `BEGIN:VCARD` or `END:VCARD`: it has no continuation.
bool is_card_boundary(std::string_view content);

}  // namespace kith::vcard
