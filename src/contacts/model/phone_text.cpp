#include "contacts/model/phone_text.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/digits.hpp"
#include "base/text.hpp"

namespace kith::contacts {

namespace {

constexpr std::size_t numbers_max = 4;  ///< in one text

/// Digits of the longest number (ITU-T E.164, section 6.2).
constexpr std::size_t number_digits_max = 15;
constexpr std::size_t number_digits_min = 6;    ///< of one of several in one text
constexpr std::size_t extended_digits_min = 3;  ///< before an extension
constexpr std::size_t extension_digits_max = 11;

/// Schemes of links to numbers (RFC 3966, RFC 5724 and customary ones), and the customary label.
constexpr std::string_view schemes[] = {"tel:", "tel.:", "tel.", "sms:", "callto:", "fax:"};

/// Words and signs before an extension, folded. A word stands before its own prefixes.
constexpr std::string_view extension_words[] = {
    ";ext=",  "extension", "extn",  "ext",     "x",     "#",      ";",
    ",",      "durchwahl", "dw",    "apparat", "app",   "nst",    "nebenstelle",
    "poste",  "interno",   "int",   "ramal",   "anexo", "wewn",   "wew",
    "klapka", "kl",        "linka", "toestel", "tst",   "dahili", "anknytning",
    "ankn",   "доб",       "внутр", "вн",      "内線",  "内线",   "分机",
    "分機",   "转",        "轉",    "내선",    "داخلي", "تحويله", "שלוחה",
};

bool is_punctuation(char c) { return std::string_view(" ()[]./\\-+").contains(c); }

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, is_digit));
}

std::string_view without_scheme(std::string_view folded) {
  folded = trimmed(folded, " ");
  for (const std::string_view scheme : schemes) {
    if (folded.starts_with(scheme)) return trimmed(folded.substr(scheme.size()), " /");
  }
  return folded;
}

/// A local number of a link with the global prefix that it is local to: RFC 3966, section 5.1.5.
/// Other parameters are left out, but for the extension.
std::string with_context(std::string_view folded) {
  constexpr std::string_view name = ";phone-context=";
  const auto at = folded.find(name);
  if (at == std::string_view::npos) return std::string(folded);
  const std::string_view rest = folded.substr(at + name.size());
  const auto end = std::min(rest.find(';'), rest.size());
  const std::string_view context = rest.substr(0, end);
  std::string out(context.starts_with('+') && !folded.starts_with('+') ? context : "");
  return out.append(folded.substr(0, at)).append(rest.substr(end));
}

/// Where an extension begins, and where its digits do.
struct Extension {
  std::size_t begin;
  std::size_t digits;
};

std::optional<Extension> find_extension(std::string_view text) {
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) ++digits;
    if (digits < extended_digits_min || is_digit(text[i]) || is_punctuation(text[i])) continue;
    const std::string_view rest = text.substr(i);
    const auto* const word = std::ranges::find_if(
        extension_words, [&](std::string_view each) { return rest.starts_with(each); });
    if (word == std::end(extension_words)) continue;
    const auto first = rest.find_first_not_of(" .:=-,;", word->size());
    if (first == std::string_view::npos || !is_digit(rest[first])) continue;
    return Extension{i, i + first};
  }
  return std::nullopt;
}

std::string digits_in(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), is_digit);
  return out;
}

WrittenPhone read_number(std::string_view text) {
  const auto extension = find_extension(text);
  std::string_view main = text.substr(0, extension ? extension->begin : text.size());
  WrittenPhone phone;
  if (extension) {
    phone.extension = digits_in(text.substr(extension->digits)).substr(0, extension_digits_max);
  }
  phone.digits = digits_in(main);
  const auto first = std::ranges::find_if(main, is_digit) - main.begin();
  const auto before = trimmed(main.substr(0, static_cast<std::size_t>(first)), " ([");
  phone.has_plus = before.ends_with('+');
  main = trimmed(main, " ");
  phone.ends_with_zero_line =
      main.ends_with("-0") && phone.digits.size() > number_digits_min && phone.extension.empty();
  return phone;
}

/// The text of each number. There are several only when the digits are too many for one, and enough
/// for one in each part.
std::vector<std::string_view> split(std::string_view text) {
  if (count_digits(text) <= number_digits_max) return {text};
  std::vector<std::string_view> parts;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find_first_of("/,;|\n"), rest.size());
    parts.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (parts.size() > numbers_max || count_digits(parts.back()) < number_digits_min) {
      return {text};
    }
  }
  return parts;
}

std::vector<WrittenPhone> read_folded(std::string_view folded) {
  const std::string text = with_context(without_scheme(folded));
  std::vector<WrittenPhone> phones;
  for (const std::string_view part : split(text)) {
    WrittenPhone phone = read_number(part);
    if (!phone.digits.empty()) phones.push_back(std::move(phone));
  }
  return phones;
}

/// Whether there is nothing in the query that a number does not have.
bool is_number(std::string_view folded) {
  std::string text = with_context(without_scheme(folded));
  for (const std::string_view part : split(text)) {
    const auto extension = find_extension(part);
    const bool is_plain =
        std::ranges::all_of(part.substr(0, extension ? extension->begin : part.size()),
                            [](char c) { return is_digit(c) || is_punctuation(c); });
    const bool has_plain_extension =
        !extension || std::ranges::all_of(part.substr(extension->digits), [](char c) {
          return is_digit(c) || is_punctuation(c) || c == '#';
        });
    if (!is_plain || !has_plain_extension) return false;
  }
  return count_digits(text) > 0;
}

}  // namespace

std::vector<WrittenPhone> read_phones(std::string_view text) { return read_folded(fold(text)); }

std::vector<WrittenPhone> read_phone_query(std::string_view query) {
  const std::string folded = fold(query);
  return is_number(folded) ? read_folded(folded) : std::vector<WrittenPhone>();
}

}  // namespace kith::contacts
