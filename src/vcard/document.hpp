#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vcard/limits.hpp"
#include "vcard/param.hpp"
#include "vcard/version.hpp"

/// Reads vCards of any version without losing a byte. A card is a list of lines that together
/// cover all of its bytes; nothing is decoded until it is asked for.
namespace kith::vcard {

/// What a logical line is.
enum class LineKind : std::uint8_t {
  property,
  begin,  ///< `BEGIN:`, of the card or of a nested component
  end,    ///< `END:`
  blank,  ///< nothing but blanks
  junk,   ///< no property, text outside the card, or nested deeper than `depth_max`
};

/// One logical line: a value of views into the bytes of its `Document`. Valid until the document
/// is moved, assigned or destroyed.
struct Line {
  std::size_t index = 0;  ///< within the document
  LineKind kind = LineKind::junk;
  std::uint8_t depth = 0;              ///< 0: of the card itself; else of a nested component
  Encoding encoding = Encoding::none;  ///< named by the parameters
  Version version = Version::v3_0;     ///< of the document
  std::string_view bytes = {};         ///< as they came, with folds and line end
  std::string_view group = {};         ///< `item1`; empty: none. Compare with `same_name`.
  std::string_view name = {};          ///< as spelled. Compare with `is`.
  std::string_view param_text = {};    ///< raw, unfolded: `;TYPE=home`; empty: none
  std::string_view raw_value = {};     ///< with folds, without the final line end

  /// Returns whether the name is `upper_name`, in any case. REQUIRES: capital letters.
  bool is(std::string_view upper_name) const;

  /// Returns the value without folds and soft breaks, otherwise undecoded. In 2.1 a fold leaves its
  /// blank. A line without a colon that belongs to this line (text that was not folded) stands
  /// behind a `\n`.
  std::string value() const;

  /// Splits the parameters. Costs time linear in the head, so keep the result.
  std::vector<Param> params() const { return split_params(param_text, version); }
};

/// The way in which a card is written, measured when it was read.
struct Habits {
  std::string_view line_end = "\r\n";          ///< of the first line: CRLF, LF, CR or CRCRLF
  std::size_t fold_width = vcard::fold_width;  ///< longest folded physical line, clamped
  char continuation = ' ';  ///< the first byte of the first continuation: blank or tab
};

/// The reason why bytes are not accepted as a card.
enum class Refusal : std::uint8_t {
  not_a_card,  ///< the first line that is not blank is not `BEGIN:VCARD`
  nul_byte,
  utf16,      ///< begins with a byte order mark of UTF-16
  two_cards,  ///< a `BEGIN` behind the end of the card
  too_large,  ///< over `card_bytes_max`
  too_many_lines,
  line_too_long,
  too_deep,  ///< over `nesting_max`
};

/// Returns the name of a refusal as the API shows it: `not_a_card`.
std::string_view to_string(Refusal reason);

/// Where and why bytes are refused.
struct ReadError {
  std::size_t line = 1;    ///< physical, from 1
  std::size_t column = 1;  ///< in bytes, from 1
  Refusal reason = Refusal::not_a_card;

  bool operator==(const ReadError&) const = default;
};

/// A card: its bytes and its lines. Immutable; `Editor` makes the bytes of a changed card. Writing
/// an unedited card is `bytes()`.
class Document {
 public:
  /// Returns the bytes that were read.
  const std::string& bytes() const { return bytes_; }

  /// Releases the bytes. The document is empty afterwards.
  std::string take_bytes() && { return std::move(bytes_); }

  /// Returns the version: that of the first VERSION (`4` counts as 4.0, any other number than 2.1
  /// as 3.0); without one 3.0 if a parameter is `TYPE=` or `ENCODING=b`, 2.1 if a parameter is bare
  /// or names quoted-printable, else 3.0.
  Version version() const { return version_; }

  /// Returns whether the card names its version.
  bool has_version() const { return has_version_; }

  const Habits& habits() const { return habits_; }

  /// The number of lines of every kind. Their `bytes`, in order, are `bytes()`.
  std::size_t size() const { return records_.size(); }

  /// Returns the line `index`, in constant time. REQUIRES: index < size().
  Line line(std::size_t index) const;

  /// Returns the first property of the card itself (depth 0) with this name in any case, from the
  /// line `from` on. Time is linear in the number of lines. REQUIRES: capital letters.
  std::optional<Line> find(std::string_view upper_name, std::size_t from = 0) const;

  /// Returns all properties of the card itself (depth 0) with this name, at most `count_max`.
  std::vector<Line> find_all(std::string_view upper_name, std::size_t count_max = lines_max) const;

  /// The line `END:VCARD` of the card itself; nothing if it is missing.
  std::optional<std::size_t> end_line() const { return end_line_; }

 private:
  friend class Reader;

  /// A stored line: 16 bytes. It ends where the next one begins. A head that is folded is kept
  /// unfolded in `heads_`, and `folded_heads_` knows where.
  struct Record {
    std::uint32_t begin = 0;
    std::uint32_t value = 0;  ///< relative to `begin`: behind the colon; 0: no property
    std::uint16_t name = 0;   ///< relative to the head
    std::uint16_t name_size = 0;
    LineKind kind = LineKind::junk;
    std::uint8_t depth = 0;
    Encoding encoding = Encoding::none;
    bool has_folded_head = false;
  };

  std::string_view bytes_of(std::size_t index) const;
  std::string_view head_of(std::size_t index) const;
  bool is_named(std::size_t index, std::string_view upper_name) const;

  std::string bytes_;
  std::vector<Record> records_;
  std::string heads_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> folded_heads_;  ///< line, begin in `heads_`
  Habits habits_;
  std::optional<std::size_t> end_line_;
  Version version_ = Version::v3_0;
  bool has_version_ = false;
};

/// Reads one card. Accepts everything that is not a `Refusal`: unknown properties, missing END,
/// nested cards, text behind the card, any bytes but NUL. Time is linear; memory beyond the bytes
/// is at most 64 bytes a line.
std::expected<Document, ReadError> read(std::string bytes);

/// Returns whether two names of properties, parameters or groups are equal: ASCII case does not
/// count.
bool same_name(std::string_view a, std::string_view b);

}  // namespace kith::vcard
