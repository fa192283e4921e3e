#include "contacts/search/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/email.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace kith::contacts {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < ' '; }

constexpr bool is_tag(char c) { return c > 0 && c < ' ' && (c < '\t' || c > '\r'); }

constexpr bool has_valid_tags() {
  std::array<bool, ' '> used{};
  for (const char taken : {digits_tag, joined_tag}) used[static_cast<std::size_t>(taken)] = true;
  return std::ranges::all_of(searched_fields, [&](const SearchedField& each) {
    return is_tag(each.tag) && !std::exchange(used[static_cast<std::size_t>(each.tag)], true);
  });
}
static_assert(has_valid_tags(), "each field has a tag of its own");

/// A folded value after the tag of its field.
struct TaggedValue {
  char tag;
  std::string_view text;
};

/// Removes the first value of `text` and returns it. REQUIRES: `text` begins with a tag.
TaggedValue take_value(std::string_view& text) {
  const auto end = std::ranges::find_if(text.substr(1), is_control) - text.begin();
  const TaggedValue value{text.front(), text.substr(1, static_cast<std::size_t>(end) - 1)};
  text.remove_prefix(static_cast<std::size_t>(end));
  return value;
}

/// Returns all values of a contact after the tags of their fields.
std::string tagged_values(const ContactFields& contact) {
  std::string tagged;
  for (const SearchedField& field : searched_fields) {
    for (std::string& value : field.values(contact)) {
      std::ranges::replace_if(value, is_control, ' ');
      tagged.append(1, field.tag).append(value);
    }
  }
  return tagged;
}

/// The bytes that are left for the values of each field, by its tag.
using BytesLeft = std::array<std::size_t, ' '>;

/// Returns the beginning of a value that fits its field. Some characters fold to many times their
/// bytes.
std::string_view take_fitting(BytesLeft& left, const TaggedValue& value) {
  std::size_t& bytes = left[static_cast<std::size_t>(value.tag)];
  const std::string_view fitting = cut(value.text, bytes);
  bytes -= fitting.size();
  return fitting;
}

/// Appends the words of a value, joined by blanks. REQUIRES: `out` ends with a tag.
void append_words(std::string& out, std::string_view value) {
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t bytes = separator_bytes(value, at);
    if (bytes == 0) {
      out.push_back(value[at++]);
      continue;
    }
    at += bytes;
    if (static_cast<unsigned char>(out.back()) > ' ') out.push_back(' ');
  }
}

const SearchedField& field_of(char tag) {
  return *std::ranges::find(searched_fields, tag, &SearchedField::tag);
}

void append_value(std::string& out, const TaggedValue& value) {
  out.push_back(value.tag);
  append_words(out, value.text);
  if (!field_of(value.tag).without_hyphens || !value.text.contains('-')) return;
  std::string joined(value.text);
  std::erase(joined, '-');
  out.push_back(value.tag);
  append_words(out, joined);
}

/// Returns the words of a name without their dots.
std::vector<std::string> undotted_words(std::string_view name) {
  std::vector<std::string> words = words_of(name);
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

std::vector<std::string> searched_names(const ContactFields& contact) {
  return {display_name(contact)};
}

std::vector<std::string> searched_emails(const ContactFields& contact) {
  if (!contact.email) return {};
  const std::string& email = contact.email->text;
  const auto at = email.rfind('@');
  if (ascii_lower(email).find("xn--", at) == std::string::npos) return {email};
  return {email, email.substr(0, at + 1) + shown_domain(std::string_view(email).substr(at + 1))};
}

std::string search_text_of(const ContactFields& contact) {
  const Folded folded = fold_both(tagged_values(contact));
  BytesLeft plain_left;
  plain_left.fill(limits::search_field_bytes_max);
  BytesLeft alternate_left = plain_left;
  std::string out;
  out.reserve(folded.plain.size());
  std::string_view alternates = folded.alternate;
  for (std::string_view rest = folded.plain; !rest.empty();) {
    // Tags are unchanged by folding, so both foldings have the same values.
    const TaggedValue value = take_value(rest);
    const std::string_view plain = take_fitting(plain_left, value);
    const std::string_view alternate = take_fitting(alternate_left, take_value(alternates));
    // A contact begins with the tag of its name, even if the name folds to an empty text.
    if (out.empty() || !plain.empty()) out.append(1, value.tag).append(plain);
    if (!alternate.empty() && alternate != plain) out.append(1, value.tag).append(alternate);
  }
  return out;
}

bool is_search_text(std::string_view text) { return text.starts_with(name_tag); }

void append_packed_text(std::string& out, const SearchRow& row) {
  constexpr std::string_view no_values{&name_tag, 1};
  std::string_view rest = is_search_text(row.search_text) ? row.search_text : no_values;
  while (!rest.empty()) {
    const TaggedValue value = take_value(rest);
    append_value(out, value);
    if (value.tag == name_tag) append_joined(out, value.text);
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
  while (!is_control(packed[at])) --at;
  if (packed[at] == joined_tag) return {name_field, false};
  const auto field = std::ranges::find(searched_fields, packed[at], &SearchedField::tag);
  if (field == searched_fields.end()) return {phone_field, true};
  return {static_cast<MatchedField>(field - searched_fields.begin()), false};
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
