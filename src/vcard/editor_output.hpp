#pragma once

#include <string>
#include <string_view>

#include "vcard/document.hpp"

namespace kith::vcard {

/// Writes the lines of a changed card one after the other, and keeps the lines that were not edited
/// from becoming part of a line that now stands before them.
class EditorOutput {
 public:
  EditorOutput(std::string_view line_end, std::size_t bytes) : line_end_(line_end) {
    out_.reserve(bytes);
  }

  /// Appends a line that was not there before.
  void write_new(std::string_view bytes, std::string_view name, Encoding encoding);

  /// Passes over a line that was removed.
  void skip() { is_changed_before_ = true; }

  /// Appends a line that was not edited. Left out where it is junk that would become part of the
  /// line before; a property loses the blanks at its beginning that would make it a continuation.
  void write_old(const Line& line);

  /// Returns what was written.
  std::string take() && { return std::move(out_); }

 private:
  /// The last line that is not blank, as far as the next one may become part of it.
  struct Open {
    bool takes_folds = false;
    bool takes_text = false;   ///< lines without a colon
    bool is_base64 = false;    ///< which a blank line ends
    bool is_property = false;  ///< else a blank line ends it as well
  };

  void begin_line();
  bool is_continued_by(const Line& line) const;

  std::string out_;
  std::string_view line_end_;
  Open open_;
  bool is_blank_before_ = false;
  bool is_changed_before_ = false;  ///< the line before is not the one that it was
};

}  // namespace kith::vcard
