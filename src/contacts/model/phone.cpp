#include "contacts/model/phone.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "contacts/model/dial_plans.hpp"
#include "contacts/model/phone_text.hpp"

namespace kith::contacts {

namespace {

constexpr char international_tag = 'I';
constexpr char dialled_tag = 'D';
constexpr char national_tag = 'N';
constexpr char extension_tag = 'X';
constexpr char end_tag = 'E';

/// Exit codes besides `00`: of North America, Australia, Japan, Russia, East and South-East Asia,
/// East Africa, Nigeria, Korea, Israel, Finland, Cuba.
constexpr std::string_view exit_codes[] = {"011", "0011", "010", "810", "001", "002",
                                           "005", "007",  "008", "000", "009", "00700",
                                           "012", "013",  "014", "990", "119"};
constexpr std::string_view exit_code = "00";

/// The minimum number of digits after a country code, with the trunk prefix, to search for numbers
/// without a country code: too many numbers begin with fewer.
constexpr std::size_t plus_digits_min = 2;
constexpr std::size_t bare_prefix_digits_min = 3;
/// The same for digits that begin with a zero, which may be a trunk prefix.
constexpr std::size_t trunk_zero_digits_min = 3;
/// The minimum number of digits of a number with a country code but no plus; fewer may be part of a
/// number.
constexpr std::size_t bare_digits_min = 10;
constexpr std::size_t bare_national_digits_min = 7;
/// The minimum number of digits of country code and national number together, after one of
/// `exit_codes`.
constexpr std::size_t exit_coded_digits_min = 9;

/// Returns whether digits may be a North American number without its country code.
bool is_north_american(std::string_view digits) {
  return digits.size() == 10 && digits[0] >= '2' && digits[3] >= '2';
}

/// A number with its country code. Null plan: the code is unknown, and `national` has all digits.
struct Global {
  const DialPlan* plan;
  std::string national;  ///< without trunk prefix

  std::string digits() const { return (plan ? std::to_string(plan->country_code) : "") + national; }
  bool has_all_digits() const {
    return plan && national.size() >= plan->national_digits_min &&
           national.size() <= plan->national_digits_max &&
           (plan->country_code != 1 || is_north_american(national));
  }
};

std::string_view trunk_of(const DialPlan& plan) { return plan.trunk_prefixes.front(); }

/// Returns the digit that mobile numbers of Argentina and Mexico had between country code and area
/// code.
char mobile_digit(const DialPlan& plan) {
  constexpr int mexico = 52;
  constexpr int argentina = 54;
  if (plan.country_code == mexico) return '1';
  return plan.country_code == argentina ? '9' : '\0';
}

/// Returns whether national numbers without a trunk prefix may begin with a zero: in Italy, San
/// Marino, the Vatican, Ivory Coast, Benin and the Republic of the Congo.
bool keeps_zero(const DialPlan& plan) {
  constexpr std::array codes{39, 225, 229, 242, 378, 379};
  return std::ranges::find(codes, plan.country_code) != codes.end();
}

/// Removes a trunk prefix, which is often kept after the country code: `+49 (0)30 ...`.
void drop_trunk(Global& number) {
  const std::string_view trunk = trunk_of(*number.plan);
  if (trunk.empty() && number.national.starts_with('0') && !keeps_zero(*number.plan)) {
    number.national.erase(0, 1);  // written by habit: `+47 (0)22 86 44 00`
  }
  if (trunk.empty() || !number.national.starts_with(trunk)) return;
  if (trunk == "0" || number.national.size() > number.plan->national_digits_max) {
    number.national.erase(0, trunk.size());
  }
}

/// Reads digits that begin with a country code.
Global read_global(std::string_view digits) {
  const DialPlan* plan = find_dial_plan(digits);
  if (!plan) return {nullptr, std::string(digits)};
  const std::size_t code_size = std::to_string(plan->country_code).size();
  Global number{plan, std::string(digits.substr(code_size))};
  drop_trunk(number);
  const bool has_mobile_digit = number.national.starts_with(mobile_digit(*plan)) &&
                                number.national.size() == plan->national_digits_max + 1;
  if (has_mobile_digit) number.national.erase(0, 1);
  return number;
}

/// Reads digits that may begin with a country code without a plus.
std::optional<Global> read_bare(std::string_view digits) {
  if (digits.size() < bare_digits_min || is_north_american(digits)) return std::nullopt;
  Global number = read_global(digits);
  const bool fits = number.has_all_digits() && number.national.size() >= bare_national_digits_min;
  return fits ? std::optional(std::move(number)) : std::nullopt;
}

/// Reads digits after an exit code that may also begin a national number, as 011 does in Argentina.
std::optional<Global> read_behind_exit_code(std::string_view digits) {
  if (digits.size() < exit_coded_digits_min) return std::nullopt;
  Global number = read_global(digits);
  return number.has_all_digits() ? std::optional(std::move(number)) : std::nullopt;
}

/// The possible meanings of a written number.
struct Readings {
  std::vector<Global> globals;
  std::vector<std::string> nationals;  ///< without a country code, as typed
};

/// Adds shorter forms. Argentina dials 15 between area code and number of a mobile phone: `011 15
/// 2345-6789`. Brazil dials a carrier between trunk prefix and area code: `0 15 11 98765-4321`.
void add_shorter(std::vector<std::string>& out, std::string_view digits) {
  constexpr std::size_t argentine = 13;
  constexpr std::size_t brazilian = 13;
  constexpr std::size_t area_begin = 1;
  constexpr std::string_view buenos_aires_mobile = "01115";  // no other country has such a code
  const auto without = [&](std::size_t at) {
    out.push_back(std::string(digits.substr(0, at)).append(digits.substr(at + 2)));
  };
  if (!digits.starts_with('0') || digits.starts_with("00")) return;
  for (std::size_t area = 2; digits.size() == argentine && area <= 4; ++area) {
    if (digits.substr(area_begin + area).starts_with("15")) without(area_begin + area);
  }
  if (digits.size() < argentine && digits.starts_with(buenos_aires_mobile)) without(3);
  const bool is_mobile = digits.size() == brazilian + 1 && digits[5] == '9';
  if (digits.size() == brazilian || is_mobile) without(area_begin);
}

/// Adds readings by trunk prefix. Some countries use or used trunk prefixes other than 0: `8 912
/// ...`, `06 20 ...`, `044 55 ...`.
void add_by_trunk(std::vector<Global>& out, std::string_view digits) {
  for (const DialPlan& plan : dial_plans()) {
    for (const std::string_view trunk : plan.trunk_prefixes) {
      const bool is_usual = trunk == "0" && plan.trunk_prefixes[1].empty();
      if (trunk.empty() || is_usual || !digits.starts_with(trunk)) continue;
      Global number{&plan, std::string(digits.substr(trunk.size()))};
      if (number.has_all_digits()) out.push_back(std::move(number));
    }
  }
}

Readings read(const WrittenPhone& phone) {
  const std::string_view digits = phone.digits;
  if (phone.has_plus) return {.globals = {read_global(digits)}, .nationals = {}};
  Readings out;
  if (digits.starts_with(exit_code)) {
    Global number = read_global(digits.substr(exit_code.size()));
    const bool is_complete = number.has_all_digits();
    if (number.plan) out.globals.push_back(std::move(number));
    if (is_complete) return out;
  }
  for (const std::string_view code : exit_codes) {
    if (!digits.starts_with(code)) continue;
    auto number = read_behind_exit_code(digits.substr(code.size()));
    if (number) out.globals.push_back(*std::move(number));
  }
  if (!digits.starts_with('0')) {
    if (auto number = read_bare(digits)) out.globals.push_back(*std::move(number));
  }
  out.nationals.emplace_back(digits);
  add_shorter(out.nationals, digits);
  return out;
}

std::string tagged(char tag, std::string_view trunk, std::string_view digits) {
  return std::string(1, tag).append(trunk).append(digits);
}

/// Texts without duplicates, in insertion order.
class DistinctTexts {
 public:
  void add(std::string text) {
    if (std::ranges::find(texts_, text) == texts_.end()) texts_.push_back(std::move(text));
  }
  std::vector<std::string> take() && { return std::move(texts_); }

 private:
  std::vector<std::string> texts_;
};

/// Returns the forms of a stored number, without extension and end.
std::vector<std::string> stored_forms(const WrittenPhone& phone) {
  const Readings readings = read(phone);
  DistinctTexts forms;
  for (const Global& number : readings.globals) {
    forms.add(tagged(international_tag, "", number.digits()));
    const std::string_view trunk = number.plan ? trunk_of(*number.plan) : "";
    const bool is_part = trunk.empty() || number.digits().starts_with(trunk);  // of the digits
    if (!is_part) forms.add(tagged(dialled_tag, trunk, number.national));
  }
  for (const std::string& digits : readings.nationals) forms.add(tagged(national_tag, "", digits));
  return std::move(forms).take();
}

/// Adds the needles for a number that was stored without its country code, if they have enough
/// digits.
void add_national_needles(DistinctTexts& needles, const Global& number, std::size_t digits_least) {
  const auto add = [&](std::string_view trunk) {
    if (trunk.size() + number.national.size() < digits_least) return;
    needles.add(tagged(national_tag, trunk, number.national));
  };
  add("");
  for (const std::string_view trunk : number.plan->trunk_prefixes) {
    if (!trunk.empty() && !number.national.empty()) add(trunk);
  }
}

/// Adds the needles for all stored forms of a number with a country code. National digits match
/// only numbers without a country code.
void add_needles(DistinctTexts& needles, const Global& number, std::size_t national_digits_least) {
  needles.add(tagged(international_tag, "", number.digits()));
  if (!number.plan) return;
  const char mobile = mobile_digit(*number.plan);
  if (number.national.starts_with(mobile)) {
    const std::string code = std::to_string(number.plan->country_code);
    needles.add(tagged(international_tag, code, number.national.substr(1)));
    add_national_needles(needles, {number.plan, number.national.substr(1)}, national_digits_least);
  }
  if (number.national.size() >= national_digits_least) {
    needles.add(tagged(national_tag, "", number.digits()));
  }
  add_national_needles(needles, number, national_digits_least);
}

/// Adds the needles for digits typed without a country code: for any place in a number, and for
/// numbers that were stored without the trunk prefix.
void add_needles(DistinctTexts& needles, const std::string& digits) {
  needles.add(digits);
  if (digits.starts_with('0') && digits.size() > trunk_zero_digits_min) {
    needles.add(tagged(national_tag, "", std::string_view(digits).substr(1)));
  }
  std::vector<Global> numbers;
  add_by_trunk(numbers, digits);
  for (const Global& number : numbers) {
    needles.add(tagged(international_tag, "", number.digits()));
    add_national_needles(needles, number, plus_digits_min);
  }
}

std::vector<std::string> needles_of(const WrittenPhone& phone) {
  const Readings readings = read(phone);
  DistinctTexts needles;
  for (const Global& number : readings.globals) {
    add_needles(needles, number, phone.has_plus ? plus_digits_min : bare_prefix_digits_min);
  }
  for (const std::string& digits : readings.nationals) add_needles(needles, digits);
  return std::move(needles).take();
}

/// With an extension, matches only the number without an extension and the number with the same
/// extension, also when the extension was typed directly after the number.
void add_with_extension(DistinctTexts& out, const std::string& needle, const WrittenPhone& phone) {
  if (phone.extension.empty()) {
    out.add(needle);
    if (!phone.ends_with_zero_line) return;
    out.add(needle.substr(0, needle.size() - 1) + end_tag);
  } else {
    out.add(needle + end_tag);
    out.add(needle + extension_tag + phone.extension);
    out.add(needle + phone.extension);
  }
}

/// Reads a number as dialled within a country.
std::optional<Global> read_national(std::string_view digits, int country_code) {
  const DialPlan* plan = find_dial_plan(std::to_string(country_code));
  if (!plan || digits.starts_with(exit_code)) return std::nullopt;
  for (const std::string_view trunk : plan->trunk_prefixes) {
    if (trunk.empty() || !digits.starts_with(trunk)) continue;
    Global number{plan, std::string(digits.substr(trunk.size()))};
    if (number.has_all_digits()) return number;
  }
  if (!trunk_of(*plan).empty() && trunk_of(*plan) != "1") return std::nullopt;
  Global number{plan, std::string(digits)};
  return number.has_all_digits() ? std::optional(std::move(number)) : std::nullopt;
}

std::string phone_key(const WrittenPhone& phone, int country_code) {
  const bool is_national = !phone.has_plus && country_code != 0;
  const auto national = is_national ? read_national(phone.digits, country_code) : std::nullopt;
  if (national) return '+' + national->digits();
  for (const Global& number : read(phone).globals) {
    if (number.has_all_digits()) return '+' + number.digits();
  }
  const std::size_t size = phone.digits.size();
  return phone.digits.substr(size > phone_key_digits ? size - phone_key_digits : 0);
}

}  // namespace

std::string phone_digits(std::string_view phone) {
  std::string out;
  for (const WrittenPhone& number : read_phones(phone)) {
    for (const std::string& form : stored_forms(number)) {
      out += form;
      if (!number.extension.empty()) out.append(1, extension_tag).append(number.extension);
      out += end_tag;
    }
  }
  return out;
}

std::vector<std::string> phone_needles(std::string_view query) {
  DistinctTexts all;
  for (const WrittenPhone& number : read_phone_query(query)) {
    for (const std::string& needle : needles_of(number)) add_with_extension(all, needle, number);
  }
  std::vector<std::string> needles = std::move(all).take();
  if (needles.size() > phone_needles_max) needles.resize(phone_needles_max);
  return needles;
}

std::vector<std::string> phone_keys(std::string_view phone, int country_code) {
  DistinctTexts keys;
  for (const WrittenPhone& number : read_phones(phone)) keys.add(phone_key(number, country_code));
  return std::move(keys).take();
}

}  // namespace kith::contacts
