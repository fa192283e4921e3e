#include "contacts/model/phone_text.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/digits.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

namespace kith::contacts {

namespace {

constexpr std::size_t numbers_max = 4;  ///< in one text

/// The maximum number of digits of a number (ITU-T E.164, section 6.2).
constexpr std::size_t number_digits_max = 15;
constexpr std::size_t number_digits_min = 6;    ///< for each of several numbers in one text
constexpr std::size_t extended_digits_min = 3;  ///< before an extension
constexpr std::size_t labelled_digits_min = 5;  ///< after a label without a colon or dot
constexpr std::size_t extension_digits_max = 11;

/// Labels of numbers and schemes of links to them (RFC 3261, 3966 and 5724, and customary ones),
/// folded. A label comes before its own prefixes.
constexpr std::string_view labels[] = {
    "telephone", "telefoon", "telefono",  "telefone",  "telefon",  "tel",    "tlf",
    "phone",     "ph",       "mobile",    "mobil",     "movil",    "mob",    "cellulare",
    "cellular",  "celular",  "cell",      "handy",     "portable", "gsm",    "fax",
    "whatsapp",  "signal",   "telegram",  "viber",     "imo",      "line",   "facetime-audio",
    "facetime",  "skype",    "smsto",     "sms",       "mms",      "callto", "sips",
    "sip",       "work",     "home",      "office",    "private",  "privat", "direct",
    "mt",        "t",        "m",         "f",         "p",        "h",      "w",
    "телефон",   "тел",      "мобильныи", "мобільнии", "моб",      "факс",   "τηλ",
    "κιν",       "電話",     "电话",      "手机",      "手機",     "携帯",   "휴대폰",
    "전화",      "هاتف",     "جوال",      "تلفن",      "טלפון",    "โทร",    "फोन",
};

/// Links of messaging apps in which a number has no plus. The number is the last part of the path,
/// or a parameter.
constexpr std::string_view link_prefixes[] = {
    "wa.me/", "whatsapp.com/send", "whatsapp://send", "signal.me/#p/", "t.me/", "viber://", "tg://",
};

/// Suffixes of numbers as WhatsApp addresses.
constexpr std::string_view address_suffixes[] = {"@s.whatsapp.net", "@c.us"};

/// Words and signs before an extension, folded. A word comes before its own prefixes.
constexpr std::string_view extension_words[] = {
    ";ext=",     "extension", "extn",    "ext",   "x",       "#",           ";",      ",",
    "durchwahl", "dw",        "apparat", "app",   "nst",     "nebenstelle", "poste",  "pause",
    "p",         "lokal",     "interno", "int",   "ramal",   "anexo",       "wewn",   "wew",
    "w",         "klapka",    "kl",      "linka", "toestel", "tst",         "dahili", "anknytning",
    "ankn",      "доб",       "внутр",   "вн",    "内線",    "内线",        "分机",   "分機",
    "转",        "轉",        "내선",    "داخلي", "تحويله",  "שלוחה",
};

bool is_punctuation(char c) { return std::string_view(" ()[]./\\-+").contains(c); }

bool is_ascii_text(char c) { return c >= ' ' && c <= '\x7F'; }

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, is_digit));
}

/// Returns an international number with its missing plus.
std::string with_plus(std::string_view number) {
  number = trimmed(number, " /+");
  return number.starts_with("00") ? std::string(number) : std::string("+").append(number);
}

/// Returns the number in a link of a messaging app; empty when `text` is not such a link.
std::string linked_number(std::string_view text) {
  for (const std::string_view suffix : address_suffixes) {
    if (text.ends_with(suffix)) return with_plus(text.substr(0, text.size() - suffix.size()));
  }
  const auto* const prefix = std::ranges::find_if(
      link_prefixes, [&](std::string_view each) { return text.contains(each); });
  if (prefix == std::end(link_prefixes)) return {};
  text.remove_prefix(text.find(*prefix) + prefix->size());
  for (const std::string_view parameter : {"phone=", "number="}) {
    if (const auto at = text.find(parameter); at != std::string_view::npos) {
      text.remove_prefix(at + parameter.size());
    }
  }
  return with_plus(text.substr(0, text.find_first_of("&?#")));
}

/// Returns the length of the label at the beginning of `text`, 0 when there is none. A number must
/// follow the label: after a colon or, if the label has several letters, after a dot or (when
/// `text` has `labelled_digits_min` digits) directly.
std::size_t label_size(std::string_view text) {
  const auto* const label =
      std::ranges::find_if(labels, [&](std::string_view each) { return text.starts_with(each); });
  if (label == std::end(labels)) return 0;
  const auto end = text.find_first_not_of(".:/ ", label->size());
  if (end == std::string_view::npos) return 0;
  const std::string_view between = text.substr(label->size(), end - label->size());
  const bool is_clear = between.contains(':') || (label->size() > 1 && between.contains('.'));
  const bool is_spelled_out = label->size() > 1 && count_digits(text) >= labelled_digits_min;
  const bool begins_number = is_digit(text[end]) || std::string_view("+([").contains(text[end]);
  return begins_number && (is_clear || is_spelled_out) ? end : 0;
}

/// Returns the text without pictures of telephones and the like around it.
std::string_view without_pictures(std::string_view text) {
  constexpr std::string_view pictures[] = {"☎", "☏", "✆", "📞", "📱", "📲", "📠", "🤙", "✉"};
  text = trimmed(text, " :");
  for (const std::string_view each : pictures) {
    if (text.starts_with(each)) text = trimmed(text.substr(each.size()), " :");
    if (text.ends_with(each)) text = trimmed(text.substr(0, text.size() - each.size()), " ");
  }
  return text;
}

/// Returns the number without its label and its link.
std::string without_label(std::string_view folded) {
  const std::string decoded = percent_decoded(without_pictures(folded), is_ascii_text);
  if (std::string number = linked_number(decoded); !number.empty()) return number;
  const std::size_t size = label_size(decoded);
  if (size == 0) return decoded;
  const std::string_view number = std::string_view(decoded).substr(size);
  const bool is_address = decoded.starts_with("sip") || number.contains("?");
  return std::string(is_address ? number.substr(0, number.find_first_of("@?")) : number);
}

/// Returns a local number of a link with its global prefix (RFC 3966, section 5.1.5). Drops other
/// parameters except the extension.
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

/// The positions of an extension and of its digits.
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

/// Returns the digit of the key that has the letter (ITU-T E.161).
char key_of(char letter) {
  constexpr std::string_view keys = "22233344455566677778889999";
  return keys[static_cast<std::size_t>(letter - 'a')];
}

/// A number with letters for digits.
struct Lettered {
  std::string digits;
  std::size_t digits_before = 0;  ///< the letters
  bool has_blank = false;         ///< between the digits and the letters
};

/// Returns whether this is a number and not text: a North American number, or one that begins like
/// advertised numbers. Text after a blank may be a name, except after a toll-free code.
bool is_dialled(const Lettered& number) {
  constexpr std::string_view advertised[] = {"0800", "0808", "0300", "0900", "1800", "1300"};
  constexpr std::string_view toll_free[] = {"800", "833", "844", "855", "866", "877", "888"};
  constexpr std::size_t advertised_digits_min = 8;
  const std::string_view digits = number.digits;
  const auto is_any = [](const auto& codes, std::string_view code) {
    return std::ranges::find(codes, code) != std::end(codes);
  };
  if (digits.size() >= advertised_digits_min &&
      is_any(advertised, digits.substr(0, number.digits_before))) {
    return true;
  }
  const bool has_code = digits.size() == 11 && digits.starts_with('1');
  if (!has_code && digits.size() != 10) return false;
  const std::string_view national = digits.substr(has_code ? 1 : 0);
  const bool is_clear = !number.has_blank || is_any(toll_free, national.substr(0, 3));
  return is_clear && number.digits_before >= 3 && national[0] >= '2' && national[3] >= '2';
}

/// Converts a number with letters for some of its digits (`1-800-FLOWERS`) to digits; empty when
/// `text` is not one. Letters beyond the length of a North American number are not dialled.
std::string with_keys(std::string_view text) {
  constexpr std::size_t letters_min = 3;
  constexpr std::size_t dialled = 11;
  Lettered number;
  std::size_t letters = 0;
  char before = 0;
  for (const char c : text) {
    const bool is_letter = c >= 'a' && c <= 'z';
    if (!is_letter && !is_digit(c) && !is_punctuation(c)) return {};
    if (is_letter && letters++ == 0) {
      number.digits_before = number.digits.size();
      number.has_blank = before == ' ';
    }
    if (is_letter || is_digit(c)) number.digits.push_back(is_letter ? key_of(c) : c);
    before = c;
  }
  if (letters < letters_min) return {};
  if (number.digits.starts_with("18")) {
    number.digits.resize(std::min(number.digits.size(), dialled));
  }
  if (!is_dialled(number)) return {};
  return text.starts_with('+') ? '+' + number.digits : number.digits;
}

/// Returns the text of a number without the parts that do not belong to it.
std::string prepared(std::string_view folded) {
  std::string text = with_context(without_label(folded));
  const std::string keyed = find_extension(text) ? std::string() : with_keys(text);
  return keyed.empty() ? text : keyed;
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

/// Returns the text of each number. Splits only when there are too many digits for one number, and
/// enough for one in each part.
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
  const std::string text = prepared(folded);
  std::vector<WrittenPhone> phones;
  for (const std::string_view part : split(text)) {
    WrittenPhone phone = read_number(part);
    if (!phone.digits.empty()) phones.push_back(std::move(phone));
  }
  return phones;
}

/// Returns whether the query has only characters of a number.
bool is_number(std::string_view folded) {
  std::string text = prepared(folded);
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
