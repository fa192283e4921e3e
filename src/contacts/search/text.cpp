#include "contacts/search/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/email.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "contacts/model/phone.hpp"

namespace kith::contacts {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < ' '; }

constexpr bool is_tag(char c) { return c > 0 && c < ' ' && (c < '\t' || c > '\r'); }

constexpr bool has_valid_tags() {
  std::array<bool, ' '> used{};
  for (const char taken : {digits_tag, joined_tag, cut_tag})
    used[static_cast<std::size_t>(taken)] = true;
  return std::ranges::all_of(searched_fields, [&](const SearchedField& each) {
    return is_tag(each.tag) && !std::exchange(used[static_cast<std::size_t>(each.tag)], true);
  });
}
static_assert(has_valid_tags(), "each field has a tag of its own");
static_assert(std::ranges::is_sorted(searched_fields, {}, &SearchedField::is_secondary));

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
std::string tagged_values(const SearchedContact& contact) {
  std::string tagged;
  for (const SearchedField& field : searched_fields) {
    for (std::string& value : field.values(contact)) {
      std::ranges::replace_if(value, is_control, ' ');
      tagged.append(1, field.tag).append(value);
    }
  }
  return tagged;
}

/// The room that is left for a folding of the values of each field.
class Room {
 public:
  explicit Room(bool has_card) {
    for (const SearchedField& field : searched_fields) {
      left(field.tag) = has_card ? field.card_bytes_max : limits::search_field_bytes_max;
    }
  }

  /// Returns the beginning of a value that fits its field and `all_left`. Some characters fold to
  /// many times their bytes.
  std::string_view take_fitting(const TaggedValue& value, std::size_t all_left) {
    std::size_t& bytes = left(value.tag);
    const std::string_view fitting = cut(value.text, std::min(bytes, all_left));
    bytes -= fitting.size();
    return fitting;
  }

 private:
  std::size_t& left(char tag) { return bytes_[static_cast<std::size_t>(tag)]; }

  std::array<std::size_t, ' '> bytes_{};
};

/// Writes the column `search_text`.
class SearchText {
 public:
  explicit SearchText(bool has_card) : plain_(has_card), alternate_(has_card) {}

  void add(const TaggedValue& plain, const TaggedValue& alternate) {
    const std::string_view first = plain_.take_fitting(plain, left());
    // A contact begins with the tag of its name, even if the name folds to an empty text.
    if (out_.empty() || !first.empty()) append(plain.tag, first);
    const std::string_view second = alternate_.take_fitting(alternate, left());
    if (!second.empty() && second != first) append(alternate.tag, second);
    is_cut_ = is_cut_ || first.size() < plain.text.size() || second.size() < alternate.text.size();
  }

  bool is_cut() const { return is_cut_; }
  std::string take() && { return std::move(out_); }

 private:
  void append(char tag, std::string_view text) { out_.append(1, tag).append(text); }

  /// Without the tags of a value in both foldings, and the tag at the end.
  std::size_t left() const {
    constexpr std::size_t tags = 3;
    const std::size_t used = std::min(out_.size() + tags, search_card_bytes_max);
    return search_card_bytes_max - used;
  }

  Room plain_;
  Room alternate_;
  std::string out_;
  bool is_cut_ = false;
};

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

/// Appends the joined forms of a name until `out` has `end` bytes.
void append_joined(std::string& out, std::string_view name, std::size_t end) {
  const std::vector<std::string> words = undotted_words(name);
  if (words.size() < 2 && !name.contains('.')) return;
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

namespace {

void add_new(std::vector<std::string>& values, std::string value) {
  if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
}

/// Appends a line. Returns false if it does not fit.
bool add_digits(std::string& lines, std::string_view digits) {
  if (digits.empty()) return true;
  if (lines.size() + 1 + digits.size() > search_digits_bytes_max) return false;
  if (!lines.empty()) lines.push_back('\n');
  lines += digits;
  return true;
}

}  // namespace

std::vector<std::string> card_values(const SearchedContact& contact, TextKind kind) {
  std::vector<std::string> values;
  if (!contact.texts) return values;
  for (const CardText& text : *contact.texts) {
    if (text.kind == kind) add_new(values, text.text);
  }
  return values;
}

std::vector<std::string> searched_names(const SearchedContact& contact) {
  std::vector<std::string> names{display_name(contact.fields)};
  for (std::string& name : card_values(contact, TextKind::name)) add_new(names, std::move(name));
  return names;
}

std::vector<std::string> searched_emails(const SearchedContact& contact) {
  std::vector<std::string> emails = card_values(contact, TextKind::email);
  if (!contact.texts && contact.fields.email) emails.push_back(contact.fields.email->text);
  std::vector<std::string> forms;
  for (std::string& email : emails) {
    const auto at = email.rfind('@');
    const bool is_encoded =
        at != std::string::npos && ascii_lower(email).find("xn--", at) != std::string::npos;
    std::string shown = email.substr(0, is_encoded ? at + 1 : 0);
    if (is_encoded) shown += shown_domain(std::string_view(email).substr(at + 1));
    forms.push_back(std::move(email));
    if (is_encoded) forms.push_back(std::move(shown));
  }
  return forms;
}

std::vector<std::string> searched_phones(const SearchedContact& contact) {
  if (contact.texts) return card_values(contact, TextKind::phone);
  return value_of<&ContactFields::phone>(contact);
}

SearchColumns search_columns_of(const SearchedContact& contact) {
  const Folded folded = fold_both(tagged_values(contact));
  SearchText text(contact.texts != nullptr);
  std::string_view alternates = folded.alternate;
  for (std::string_view rest = folded.plain; !rest.empty();) {
    // Tags are unchanged by folding, so both foldings have the same values.
    const TaggedValue value = take_value(rest);
    text.add(value, take_value(alternates));
  }
  std::string digits;
  bool is_cut = text.is_cut() || contact.lacks_texts;
  for (const std::string& phone : searched_phones(contact)) {
    is_cut = !add_digits(digits, phone_digits(phone)) || is_cut;
  }
  SearchColumns columns{std::move(text).take(), std::move(digits)};
  if (contact.texts && is_cut) columns.text.push_back(cut_tag);
  return columns;
}

bool is_search_text(std::string_view text) { return text.starts_with(name_tag); }

void append_packed_text(std::string& out, const SearchRow& row) {
  constexpr std::string_view no_values{&name_tag, 1};
  std::string_view rest = is_search_text(row.search_text) ? row.search_text : no_values;
  const bool is_cut = is_cut_text(rest);
  if (is_cut) rest.remove_suffix(1);
  std::size_t joined_left = search_joined_bytes_max;
  while (!rest.empty()) {
    const TaggedValue value = take_value(rest);
    append_value(out, value);
    if (value.tag != name_tag) continue;
    const std::size_t begin = out.size();
    append_joined(out, value.text, begin + joined_left);
    joined_left -= std::min(joined_left, out.size() - begin);
  }
  if (!row.phone_digits.empty()) out.append(1, digits_tag).append(row.phone_digits);
  if (is_cut) out.push_back(cut_tag);
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

std::size_t value_end(std::string_view packed, std::size_t at) {
  return static_cast<std::size_t>(std::ranges::find_if(packed.substr(at), is_control) -
                                  packed.begin());
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
