#include "contacts/search/query_text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "base/email.hpp"
#include "base/icu.hpp"
#include "base/letters.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"
#include "contacts/search/text.hpp"

namespace kith::contacts {

namespace {

constexpr std::string_view mail_scheme = "mailto:";

/// Labels that mail programs, forms and notes write before an address, folded, including headers of
/// RFC 5322.
constexpr std::string_view labels[] = {
    mail_scheme, "e-mail:",   "email:", "mail:", "from:",    "to:",    "cc:",
    "bcc:",      "reply-to:", "name:",  "tel.:", "tel:",     "phone:", "mobile:",
    "cell:",     "mobil:",    "handy:", "fax:",  "telefon:",
};

/// Decodes the address of a link. Returns it unchanged if the result would not be a query: control
/// characters separate the fields of the index.
std::string decoded_address(std::string_view address) {
  std::string out = percent_decoded(address, [](char) { return true; });
  const bool is_query = is_valid_utf8(out) && !has_control_characters(out, false);
  return is_query ? out : std::string(address);
}

/// Decodes the addresses of all links in the query and removes their headers.
std::string without_mail_links(std::string_view query) {
  const std::string lower = ascii_lower(query);
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t link = std::min(lower.find(mail_scheme, at), query.size());
    out.append(query.substr(at, link - at));
    if (link == query.size()) return out;
    const std::size_t begin = link + mail_scheme.size();
    const std::size_t end = std::min(query.find_first_of(" <>\"", begin), query.size());
    const std::string_view target = query.substr(begin, end - begin);
    out.append(mail_scheme).append(decoded_address(target.substr(0, target.find('?'))));
    at = end;
  }
}

bool is_label_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.';
}

/// Replaces each domain in `xn--` form by its Unicode form.
std::string without_ascii_domains(std::string_view query) {
  constexpr std::string_view prefix = "xn--";
  const std::string lower = ascii_lower(query);
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t found = std::min(lower.find(prefix, at), query.size());
    out.append(query.substr(at, found - at));
    if (found == query.size()) return out;
    const auto end = std::find_if_not(query.begin() + static_cast<std::ptrdiff_t>(found),
                                      query.end(), is_label_char) -
                     query.begin();
    at = static_cast<std::size_t>(end);
    out.append(shown_domain(query.substr(found, at - found)));
  }
}

/// Calls `visit(character, its bytes)` for each character of a text.
template <class Visit>
void for_each_char(std::string_view text, const Visit& visit) {
  icu_text::for_each_char(text, visit);
}

/// Returns the number of characters as readers count them: marks belong to the letter before them.
std::size_t count_letters(std::string_view text) {
  std::size_t count = 0;
  for_each_char(text, [&](UChar32 c, std::string_view) {
    if ((U_GET_GC_MASK(c) & U_GC_M_MASK) == 0) ++count;
  });
  return count;
}

bool has_only_letters(std::string_view text) {
  bool only = !text.empty();
  for_each_char(text, [&](UChar32 c, std::string_view) {
    only = only && (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK)) != 0;
  });
  return only;
}

/// Returns whether a text is empty or only symbols between words like `+`, `=` or `→`.
bool has_only_math_symbols(const std::string& text) {
  bool only = true;
  for_each_char(text, [&](UChar32 c, std::string_view) {
    only = only && c >= 0 && u_charType(c) == U_MATH_SYMBOL;
  });
  return only;
}

/// Returns the pieces of `part` between full stops, if the pieces are letters only.
std::vector<std::string> letters_between_dots(std::string_view part) {
  std::vector<std::string> pieces;
  for (std::string_view rest = part;;) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    if (!has_only_letters(rest.substr(0, dot))) return {};
    pieces.emplace_back(rest.substr(0, dot));
    if (dot == rest.size()) break;
    rest.remove_prefix(dot + 1);
  }
  return pieces.size() > 1 ? pieces : std::vector<std::string>();
}

/// Returns a part without full stops at its end; those of an ellipsis are also removed at its
/// start.
std::string_view without_outer_dots(std::string_view part) {
  part = part.substr(0, part.find_last_not_of('.') + 1);
  return part.starts_with("..") ? part.substr(part.find_first_not_of('.')) : part;
}

}  // namespace

std::string without_encodings(std::string_view query) {
  return without_ascii_domains(without_mail_links(query));
}

std::string without_labels(std::string_view folded) {
  std::string out;
  bool begins_word = true;
  for (std::size_t at = 0; at < folded.size();) {
    const std::string_view rest = folded.substr(at);
    const auto* const label = std::ranges::find_if(
        labels, [&](std::string_view each) { return begins_word && rest.starts_with(each); });
    if (label != std::end(labels)) {
      out.push_back(' ');
      at += label->size();
      continue;
    }
    const char c = folded[at++];
    begins_word = std::string_view(" ,;<([").contains(c);
    out.push_back(c);
  }
  return words_of(out).empty() ? std::string(folded) : out;
}

std::vector<std::string> parts_of(std::string_view word) {
  std::vector<std::string> parts(1);
  for_each_char(word, [&](UChar32 c, std::string_view bytes) {
    if (letters::is_punctuation(c)) {
      parts.emplace_back();
    } else {
      parts.back().append(bytes);
    }
  });
  for (std::string& part : parts) part = without_outer_dots(part);
  std::erase_if(parts, has_only_math_symbols);
  return parts;
}

std::string initials_in(std::string_view part, std::string_view word) {
  const std::vector<std::string> letters = letters_between_dots(part);
  const bool is_abbreviation = letters.size() > 2 || (letters.size() == 2 && word.ends_with('.'));
  const bool is_single = std::ranges::all_of(
      letters, [](const std::string& each) { return count_letters(each) == 1; });
  std::string joined;
  if (!is_abbreviation || !is_single) return joined;
  for (const std::string& each : letters) joined += each;
  return joined;
}

std::vector<std::string> dotted_words(std::string_view part) {
  std::vector<std::string> words = letters_between_dots(part);
  // More likely a domain than a name.
  constexpr std::string_view domains[] = {"com", "org", "net", "edu", "gov", "info"};
  if (!words.empty() && std::ranges::find(domains, words.back()) != std::end(domains)) return {};
  const bool has_word =
      std::ranges::any_of(words, [](const std::string& each) { return count_letters(each) > 1; });
  return has_word ? words : std::vector<std::string>();
}

}  // namespace kith::contacts
