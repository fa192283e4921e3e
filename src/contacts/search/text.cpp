#include "contacts/search/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/email.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace kith::contacts {

namespace {

constexpr char last_tag = joined_tag;

/// Returns the address, followed by its Unicode form if its domain is in `xn--` form.
std::string searched_email(const std::string& email) {
  const auto at = email.rfind('@');
  const std::string shown = shown_domain(std::string_view(email).substr(at + 1));
  const bool is_ascii_form = ascii_lower(email).find("xn--", at) != std::string::npos;
  return is_ascii_form ? email + ' ' + email.substr(0, at + 1) + shown : email;
}

/// Returns the text of a field as the search reads it; nullopt if the contact does not have the
/// field.
std::optional<std::string> shown_text(const ContactFields& contact, MatchedField field) {
  switch (field) {
    case MatchedField::name: return display_name(contact);
    case MatchedField::email:
      return contact.email ? std::optional(searched_email(contact.email->text)) : std::nullopt;
    case MatchedField::phone: return contact.phone;
  }
  std::unreachable();
}

/// Removes the first line of `text` and returns it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

using Lines = std::array<std::string_view, searched_fields.size()>;

/// Removes the lines of the present fields from `text` and returns them.
Lines take_lines(std::string_view& text, int present) {
  Lines lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // Some characters fold to many times their bytes.
    if ((present >> i & 1) != 0) lines[i] = cut(take_line(text), limits::search_field_bytes_max);
  }
  return lines;
}

/// Appends the words of `line`, joined by blanks. REQUIRES: `out` ends with a tag.
void append_words(std::string& out, std::string_view line) {
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t bytes = separator_bytes(line, at);
    if (bytes == 0) {
      out.push_back(line[at++]);
      continue;
    }
    at += bytes;
    const auto last = static_cast<unsigned char>(out.back());
    if (last != ' ' && last > last_tag) out.push_back(' ');
  }
}

void append_line(std::string& out, const SearchedField& field, std::string_view line) {
  out.push_back(field.tag);
  append_words(out, line);
  if (!field.without_hyphens || line.find('-') == std::string_view::npos) return;
  std::string joined(line);
  std::erase(joined, '-');
  out.push_back(field.tag);
  append_words(out, joined);
}

/// Returns the words of a line without their dots.
std::vector<std::string> undotted_words(std::string_view line) {
  std::vector<std::string> words = words_of(line);
  for (std::string& word : words) std::erase(word, '.');
  std::erase_if(words, &std::string::empty);
  return words;
}

void append_joined(std::string& out, std::string_view name) {
  const std::vector<std::string> words = undotted_words(name);
  if (words.size() < 2 && !name.contains('.')) return;
  const std::size_t end = out.size() + limits::search_field_bytes_max;
  for (std::size_t first = 0; first < words.size() && out.size() < end; ++first) {
    out.push_back(joined_tag);
    for (std::size_t i = 0; i < std::min(words.size(), joined_words_max); ++i) {
      out += words[(first + i) % words.size()];
    }
  }
}

/// Commas of several scripts in UTF-8: ideographic, Arabic, Armenian, Ethiopic, Mongolian. The
/// fullwidth, halfwidth and small forms fold to these and to ASCII.
constexpr std::string_view commas[] = {"\xE3\x80\x81", "\xD8\x8C", "\xD5\x9D", "\xE1\x8D\xA3",
                                       "\xE1\xA0\x82"};

}  // namespace

std::string search_text_of(const ContactFields& contact) {
  std::string shown;
  for (const SearchedField& each : searched_fields) {
    const auto text = shown_text(contact, each.field);
    if (text) shown.append(*text).push_back('\n');
  }
  shown.pop_back();
  Folded folded = fold_both(shown);
  if (folded.alternate != folded.plain) folded.plain.append("\n").append(folded.alternate);
  return std::move(folded.plain);
}

int present_fields(const ContactFields& contact) {
  int present = 0;
  for (std::size_t i = 0; i < searched_fields.size(); ++i) {
    if (shown_text(contact, searched_fields[i].field)) present |= 1 << i;
  }
  return present;
}

std::string present_fields_sql() {
  std::string sql;
  for (std::size_t i = 0; i < searched_fields.size(); ++i) {
    const std::string bit = std::to_string(1 << i);
    const std::string column(searched_fields[i].column);
    if (i > 0) sql += " + ";
    sql += column.empty() ? bit : "case when " + column + " is null then 0 else " + bit + " end";
  }
  return sql;
}

void append_packed_text(std::string& out, const SearchRow& row) {
  std::string_view rest = row.search_text;
  const Lines plain = take_lines(rest, row.present);
  const Lines alternate = take_lines(rest, rest.empty() ? 0 : row.present);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    // A contact begins with the tag of its name, even if the name folds to an empty text.
    if (i == 0 || !plain[i].empty()) append_line(out, searched_fields[i], plain[i]);
    const bool differs = !alternate[i].empty() && alternate[i] != plain[i];
    if (differs) append_line(out, searched_fields[i], alternate[i]);
    if (searched_fields[i].field != MatchedField::name) continue;
    append_joined(out, plain[i]);
    if (differs) append_joined(out, alternate[i]);
  }
  if (row.phone_digits.empty()) return;
  out.push_back(digits_tag);
  out.append(cut(row.phone_digits, limits::search_field_bytes_max));
}

std::size_t separator_bytes(std::string_view folded, std::size_t at) {
  const char c = folded[at];
  if (static_cast<unsigned char>(c) < 0x80) {
    return c == ' ' || c == ',' || c == '-' || (c >= '\t' && c <= '\r') ? 1 : 0;
  }
  const std::string_view rest = folded.substr(at);
  for (const std::string_view comma : commas) {
    if (rest.starts_with(comma)) return comma.size();
  }
  return 0;
}

std::vector<std::string> words_of(std::string_view folded) {
  std::vector<std::string> words;
  bool is_inside = false;
  for (std::size_t at = 0; at < folded.size();) {
    if (const std::size_t bytes = separator_bytes(folded, at); bytes > 0) {
      is_inside = false;
      at += bytes;
      continue;
    }
    if (!std::exchange(is_inside, true)) words.emplace_back();
    words.back().push_back(folded[at++]);
  }
  return words;
}

Place place_in(std::string_view packed, std::size_t at) {
  while (static_cast<unsigned char>(packed[at]) > last_tag) --at;
  for (const SearchedField& each : searched_fields) {
    if (each.tag == packed[at]) return {each.field, false};
  }
  if (packed[at] == joined_tag) return {MatchedField::name, false};
  return {MatchedField::phone, true};
}

bool is_in_joined_form(std::string_view packed, std::size_t at) {
  while (static_cast<unsigned char>(packed[at]) > ' ') --at;
  return packed[at] == joined_tag;
}

bool begins_word(std::string_view packed, std::size_t at) {
  const auto before = static_cast<unsigned char>(packed[at - 1]);
  const bool is_letter = before >= 0x80 || (before >= 'a' && before <= 'z');
  return !is_letter && !(before >= '0' && before <= '9');
}

}  // namespace kith::contacts
