#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "contacts/model/card_edit.hpp"
#include "contacts/model/name_pattern.hpp"
#include "contacts/model/shown_text.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/lists.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

using vcard::Line;

/// The components of N (RFC 6350, section 6.2.2).
constexpr std::size_t family_index = 0;
constexpr std::size_t given_index = 1;

std::string or_empty(const std::optional<std::string>& text) { return text.value_or(""); }

/// The value of N with single components replaced; the others keep their spelling.
class NameValue {
 public:
  explicit NameValue(const Line& line)
      : line_(line), raw_(vcard::utf8_value(line, vcard::meaning_of(line.params()))) {
    for (const std::string_view piece : vcard::split_raw(raw_, ';', vcard::escapes_of(line))) {
      pieces_.emplace_back(piece);
    }
  }

  void set(std::size_t index, std::string_view text) {
    if (index >= pieces_.size() && text.empty()) return;
    if (index >= pieces_.size()) close_last();
    pieces_.resize(std::max(pieces_.size(), index + 1));
    pieces_[index] = escaped_component(line_, text);
  }

  std::string value() const {
    std::string out;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (i > 0) out += ';';
      out += pieces_[i];
    }
    return out;
  }

 private:
  /// Doubles a backslash at the end of the value, which would escape a delimiter behind it.
  void close_last() {
    std::string& last = pieces_.back();
    const std::size_t text = last.find_last_not_of('\\');
    const std::size_t backslashes = last.size() - (text == std::string::npos ? 0 : text + 1);
    if (backslashes % 2 == 1) last += '\\';
  }

  const Line& line_;
  std::string raw_;
  std::vector<std::string> pieces_;
};

/// Writes the given name and the family name into N.
class NamesEdit {
 public:
  explicit NamesEdit(const CardEdit& edit) : edit_(edit) {}

  void write() {
    const bool has_given = edit_.wanted.first_name != edit_.shown.first_name;
    const bool has_family = edit_.wanted.last_name != edit_.shown.last_name;
    if (!has_given && !has_family) return;
    if (edit_.simple.name_source != NameSource::name) return write_made_up();
    const Line line = edit_.lines.line(*edit_.simple.name);
    NameValue value(line);
    NameParts parts = name_parts(line);
    const NameParts old_parts = parts;
    if (has_given) value.set(given_index, parts.given = or_empty(edit_.wanted.first_name));
    if (has_family) value.set(family_index, parts.family = or_empty(edit_.wanted.last_name));
    edit_.editor.replace(line.index, with_value(line, value.value()));
    follow(old_parts, parts);
  }

 private:
  void write_made_up();
  void write_name();
  void write_full_name(std::string_view text);
  void follow(const NameParts& old_parts, const NameParts& parts);
  bool is_other_text(std::string_view full_name) const;

  const CardEdit& edit_;
};

/// Returns whether FN is the text of another property, which it may have been copied from.
bool NamesEdit::is_other_text(std::string_view full_name) const {
  for (const std::size_t index : edit_.lines.of(LineRole::email)) {
    if (clean_line(vcard::text_of(edit_.lines.line(index))) == full_name) return true;
  }
  for (const std::size_t index : edit_.lines.of(LineRole::organization)) {
    const auto parts = vcard::components_of(edit_.lines.line(index));
    if (!parts[0].empty() && clean_line(parts[0].front()) == full_name) return true;
  }
  return false;
}

void NamesEdit::follow(const NameParts& old_parts, const NameParts& parts) {
  if (!edit_.simple.full_name) return;
  const Line line = edit_.lines.line(*edit_.simple.full_name);
  const std::string text = vcard::text_of(line);
  if (text.size() > shown_bytes_max) return;
  const auto words = is_other_text(clean_line(text)) ? NameWords::stay : NameWords::replaced;
  const auto following = following_name(text, old_parts, parts, words);
  if (following) edit_.editor.replace(line.index, with_text(line, *following));
}

void NamesEdit::write_full_name(std::string_view text) {
  if (!edit_.simple.full_name) {
    return edit_.editor.add(new_line({.name = "FN"}, text, edit_.version()));
  }
  const Line line = edit_.lines.line(*edit_.simple.full_name);
  edit_.editor.replace(line.index, with_text(line, text));
}

void NamesEdit::write_name() {
  const std::string given = or_empty(edit_.wanted.first_name);
  const std::string family = or_empty(edit_.wanted.last_name);
  if (edit_.simple.name) {
    const Line line = edit_.lines.line(*edit_.simple.name);
    NameValue value(line);
    value.set(given_index, given);
    value.set(family_index, family);
    return edit_.editor.replace(line.index, with_value(line, value.value()));
  }
  edit_.editor.add(new_name(given, family, edit_.version()));
}

/// Writes the names of a card whose shown name comes from another property than N. That property
/// stays, unless it is FN.
void NamesEdit::write_made_up() {
  const bool is_from_full_name = edit_.simple.name_source == NameSource::full_name;
  const bool has_names = edit_.wanted.first_name || edit_.wanted.last_name;
  if (!has_names && !is_from_full_name) return;  // there is nothing to remove
  const bool is_full_name_alone = is_from_full_name && !edit_.wanted.last_name;
  if (!is_full_name_alone) write_name();
  write_full_name(display_name(edit_.wanted));
}

}  // namespace

vcard::NewLine new_name(std::string_view given, std::string_view family, vcard::Version version) {
  const Line line{.version = version, .name = "N"};
  std::string value =
      escaped_component(line, family) + ';' + escaped_component(line, given) + ";;;";
  return with_encoding({.name = "N"}, std::move(value), version);
}

void edit_names(const CardEdit& edit) { NamesEdit(edit).write(); }

}  // namespace kith::contacts
