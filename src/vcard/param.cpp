#include "vcard/param.hpp"

#include <algorithm>
#include <array>

#include "base/digits.hpp"
#include "base/text.hpp"
#include "vcard/document.hpp"
#include "vcard/head.hpp"
#include "vcard/limits.hpp"

namespace kith::vcard {
namespace {

constexpr std::string_view param_blanks = " \t";
constexpr std::size_t types_max = 64;

/// In lower case and sorted: types of addresses and numbers, and formats of pictures, sounds and
/// keys, which are bare in 2.1 as well.
constexpr std::array known_types = std::to_array<std::string_view>(
    {"aiff",     "aol",     "applelink", "assistant", "attmail", "avi",      "bbs",        "bmp",
     "callback", "car",     "cell",      "cgm",       "cis",     "company",  "dib",        "dom",
     "eworld",   "fax",     "gif",       "home",      "ibmmail", "internet", "intl",       "iphone",
     "isdn",     "jpeg",    "jpg",       "main",      "mcimail", "met",      "mobile",     "modem",
     "mpeg",     "mpeg2",   "msg",       "other",     "pager",   "parcel",   "pcm",        "pcs",
     "pdf",      "pgp",     "pict",      "pmb",       "png",     "postal",   "powershare", "pref",
     "prodigy",  "ps",      "qtime",     "radio",     "telex",   "text",     "textphone",  "tiff",
     "tlx",      "tty-tdd", "video",     "voice",     "wave",    "wmf",      "work",       "x400",
     "x509"});
static_assert(std::ranges::is_sorted(known_types));

std::string decode_caret(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() && text[i] == '^' ? text[i + 1] : '\0';
    const bool is_escape = next == 'n' || next == '\'' || next == '^';
    if (!is_escape) {
      out += text[i];
      continue;
    }
    out += next == 'n' ? '\n' : next == '\'' ? '"' : '^';
    ++i;
  }
  return out;
}

/// Where the value that begins at `at` ends: at a comma outside quotes.
std::size_t value_end(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != ',') at = skip_quoted(text, at);
  return at;
}

std::string decode_value(std::string_view text, Version version) {
  text = trimmed(text, param_blanks);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return version == Version::v4_0 ? decode_caret(text) : std::string(text);
}

Param parse_param(std::string_view text, Version version) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    return {.name = {}, .value = trimmed(text, param_blanks), .is_bare = true, .version = version};
  }
  const std::string_view value = trimmed(text.substr(equals + 1), param_blanks);
  return {.name = trimmed(text.substr(0, equals), param_blanks),
          .value = value,
          .is_quoted = value.starts_with('"'),
          .version = version};
}

void add_type(ParamMeaning& meaning, std::string_view type) {
  if (type.ends_with('\\')) type.remove_suffix(1);
  std::string lower = ascii_lower(trimmed(type, param_blanks));
  if (lower.empty() || meaning.types.size() == types_max || meaning.has_type(lower)) return;
  meaning.types.push_back(std::move(lower));
}

/// Adds the types of `text`, which commas separate.
void add_types(ParamMeaning& meaning, std::string_view text) {
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    add_type(meaning, text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
}

Encoding encoding_named(std::string_view word) {
  if (same_name(word, "QUOTED-PRINTABLE")) return Encoding::quoted_printable;
  if (same_name(word, "B") || same_name(word, "BASE64")) return Encoding::base64;
  return Encoding::none;
}

bool is_plain_encoding(std::string_view word) {
  return same_name(word, "8BIT") || same_name(word, "7BIT");
}

/// Whether a bare word of 2.1 says where the value lies.
bool is_location(std::string_view word) {
  return same_name(word, "INLINE") || same_name(word, "URL") || same_name(word, "CID") ||
         same_name(word, "CONTENT-ID");
}

void add_bare(ParamMeaning& meaning, const Param& param) {
  const Encoding encoding = bare_encoding(param.value);
  if (encoding != Encoding::none) {
    if (meaning.encoding == Encoding::none) meaning.encoding = encoding;
  } else if (is_plain_encoding(param.value)) {
    return;
  } else if (param.version == Version::v2_1 && is_location(param.value)) {
    meaning.value = ascii_lower(param.value);
  } else if (param.version == Version::v2_1 || is_known_type(param.value)) {
    add_type(meaning, param.value);
  }
}

void add_pref(ParamMeaning& meaning, const Param& param) {
  constexpr int pref_max = 100;  // RFC 6350, section 5.3
  const auto number = read_digits(param.first_value());
  if (number && *number >= 1 && *number <= pref_max && !meaning.pref) meaning.pref = number;
}

void add_named(ParamMeaning& meaning, const Param& param) {
  if (param.is("TYPE")) {
    for (const std::string& value : param.values()) add_types(meaning, value);
  } else if (param.value.empty() && is_known_type(param.name)) {
    add_type(meaning, param.name);
  } else if (param.is("PREF")) {
    add_pref(meaning, param);
  } else if (param.is("ENCODING")) {
    if (meaning.encoding == Encoding::none) meaning.encoding = encoding_of(param.value);
  } else if (param.is("CHARSET")) {
    if (meaning.charset.empty()) meaning.charset = param.first_value();
  } else if (param.is("VALUE")) {
    if (meaning.value.empty()) meaning.value = ascii_lower(param.first_value());
  }
}

}  // namespace

bool Param::is(std::string_view upper_name) const { return same_name(name, upper_name); }

std::vector<std::string> Param::values() const {
  std::vector<std::string> out;
  std::size_t at = 0;
  do {
    const std::size_t end = value_end(value, at);
    out.push_back(decode_value(value.substr(at, end - at), version));
    at = end + 1;
  } while (at <= value.size() && out.size() < list_values_max);
  return out;
}

std::string Param::first_value() const {
  return decode_value(value.substr(0, value_end(value, 0)), version);
}

std::vector<Param> split_params(std::string_view text, Version version) {
  std::vector<Param> out;
  while (!text.empty() && out.size() < params_max) {
    const std::string_view param = trimmed(take_param(text), param_blanks);
    if (!param.empty()) out.push_back(parse_param(param, version));
  }
  return out;
}

bool ParamMeaning::has_type(std::string_view lower_type) const {
  return std::ranges::find(types, lower_type) != types.end();
}

ParamMeaning meaning_of(const std::vector<Param>& params) {
  ParamMeaning meaning;
  for (const Param& param : params) {
    param.is_bare ? add_bare(meaning, param) : add_named(meaning, param);
  }
  return meaning;
}

bool is_known_type(std::string_view word) {
  return std::ranges::binary_search(known_types, ascii_lower(word));
}

Encoding bare_encoding(std::string_view word) {
  return word.size() == 1 ? Encoding::none : encoding_named(word);
}

Encoding encoding_of(std::string_view param_value) {
  std::size_t at = 0;
  while (at <= param_value.size()) {
    const std::size_t end = value_end(param_value, at);
    const std::string_view value = trimmed(param_value.substr(at, end - at), " \t\"");
    if (const Encoding named = encoding_named(value); named != Encoding::none) return named;
    at = end + 1;
  }
  return Encoding::none;
}

}  // namespace kith::vcard
