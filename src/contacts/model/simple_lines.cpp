#include "contacts/model/simple_lines.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digits.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/zone.hpp"
#include "contacts/model/shown_text.hpp"
#include "vcard/param.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/tel.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

using vcard::Line;

constexpr auto name_chars = static_cast<std::size_t>(limits::name_chars_max);

std::optional<std::string> some(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// The place of a line in the order of preference.
int rank_of(const Line& line) {
  constexpr int pref_type = 101;  // behind PREF=100
  constexpr int without = 102;
  if (line.param_text.empty()) return without;
  const vcard::ParamMeaning meaning = vcard::meaning_of(line.params());
  return meaning.pref.value_or(meaning.has_type("pref") ? pref_type : without);
}

std::string joined(const vcard::Component& values) {
  std::string out;
  for (const std::string& value : values) {
    if (!out.empty() && !value.empty()) out += ' ';
    out += value;
  }
  return out;
}

/// Returns the first value that is not blank.
std::string first_of(std::vector<std::string> values) {
  const auto found = std::ranges::find_if_not(values, is_blank);
  return found == values.end() ? std::string() : std::move(*found);
}

bool has_text(const std::vector<vcard::Component>& components) {
  return std::ranges::any_of(components,
                             [](const auto& component) { return !is_blank(joined(component)); });
}

bool is_for_machines(const Line& line) {
  if (line.param_text.empty()) return false;
  constexpr std::array types{"fax", "pager", "telex", "modem", "bbs"};
  const vcard::ParamMeaning meaning = vcard::meaning_of(line.params());
  return std::ranges::any_of(types, [&](auto type) { return meaning.has_type(type); });
}

/// Fills the simple form from the lines of a card.
class SimpleReader {
 public:
  SimpleReader(const CardLines& lines, Time now) : lines_(lines), now_(now) {}

  SimpleLines read() && {
    read_email();
    read_phone();
    read_birthday();
    read_note();
    read_full_name();
    read_name();
    return std::move(out_);
  }

 private:
  void read_email();
  void read_phone();
  void read_birthday();
  void read_note();
  void read_full_name();
  void read_name();
  void make_up_name();
  std::string first_text(LineRole role) const;
  std::optional<Birthday> birthday_of(const Line& line) const;

  const CardLines& lines_;
  Time now_;
  SimpleLines out_;
};

void SimpleReader::read_email() {
  for (const Line& line : by_preference(lines_, LineRole::email)) {
    auto email = InternationalEmail::parse(trim_invisible(vcard::text_of(line)));
    if (!email) continue;
    out_.fields.email = *std::move(email);
    out_.email = line.index;
    return;
  }
}

void SimpleReader::read_phone() {
  constexpr auto chars_max = static_cast<std::size_t>(limits::phone_chars_max);
  for (const Line& line : by_preference(lines_, LineRole::phone)) {
    const bool is_last_choice = is_for_machines(line);
    if (is_last_choice && out_.phone) continue;
    std::string phone = shown_line(vcard::shown_phone(vcard::text_of(line)));
    if (phone.empty() || count_chars(phone) > chars_max) continue;
    out_.fields.phone = std::move(phone);
    out_.phone = line.index;
    if (!is_last_choice) return;
  }
}

std::optional<Birthday> SimpleReader::birthday_of(const Line& line) const {
  std::optional<int> omit_year;
  for (const vcard::Param& param : line.params()) {
    if (param.is("X-APPLE-OMIT-YEAR")) omit_year = read_digits(param.first_value());
  }
  const std::string text = vcard::text_of(line);
  const auto value = vcard::read_date(text, omit_year);
  if (!value || !value->date.month || !value->date.day) return std::nullopt;
  const auto& [year, month, day] = value->date;
  if (year && *year < limits::birth_year_min) return std::nullopt;
  if (year && Date{*year, *month, *day} > latest_date(now_)) return std::nullopt;
  return Birthday{year, *month, *day};
}

void SimpleReader::read_birthday() {
  for (const std::size_t index : lines_.of(LineRole::birthday)) {
    out_.fields.birthday = birthday_of(lines_.line(index));
    if (!out_.fields.birthday) continue;
    out_.birthday = index;
    return;
  }
}

void SimpleReader::read_note() {
  const auto notes = lines_.of(LineRole::note);
  if (notes.empty()) return;
  out_.note = notes.front();
  constexpr auto chars_max = static_cast<std::size_t>(limits::notes_chars_max);
  out_.fields.notes = some(shown_lines(vcard::text_of(lines_.line(notes.front())), chars_max));
}

void SimpleReader::read_full_name() {
  const auto names = lines_.of(LineRole::full_name);
  if (names.empty()) return;
  out_.full_name = names.front();
  for (const Line& line : by_preference(lines_, LineRole::full_name)) {
    if (is_blank(vcard::text_of(line))) continue;
    out_.full_name = line.index;
    return;
  }
}

void SimpleReader::read_name() {
  const auto names = lines_.of(LineRole::name);
  if (!names.empty()) out_.name = names.front();
  for (const std::size_t index : names) {
    const auto components = vcard::components_of(lines_.line(index));
    if (!has_text(components)) continue;
    out_.name = index;
    out_.fields.last_name = some(shown_line(joined(components[0]), name_chars));
    if (components.size() > 1) {
      out_.fields.first_name = some(shown_line(joined(components[1]), name_chars));
    }
    break;
  }
  out_.name_source = NameSource::name;
  if (!out_.fields.first_name && !out_.fields.last_name) make_up_name();
}

/// Returns the first text of a property that is not blank: of a structured value or a list its
/// first part.
std::string SimpleReader::first_text(LineRole role) const {
  for (const std::size_t index : lines_.of(role)) {
    const Line line = lines_.line(index);
    std::string text;
    if (role == LineRole::organization) {
      text = joined(vcard::components_of(line)[0]);
    } else if (role == LineRole::nickname) {
      text = first_of(vcard::list_of(line));
    } else {
      text =
          role == LineRole::phone ? vcard::shown_phone(vcard::text_of(line)) : vcard::text_of(line);
    }
    text = shown_line(text, name_chars);
    if (!text.empty()) return text;
  }
  return {};
}

void SimpleReader::make_up_name() {
  std::string name;
  const auto take = [&](NameSource source, std::string text) {
    if (!name.empty() || text.empty()) return;
    name = std::move(text);
    out_.name_source = source;
  };
  out_.name_source = NameSource::none;
  if (out_.full_name) {
    take(NameSource::full_name,
         shown_line(vcard::text_of(lines_.line(*out_.full_name)), name_chars));
  }
  if (name.empty()) take(NameSource::organization, first_text(LineRole::organization));
  if (name.empty()) take(NameSource::nickname, first_text(LineRole::nickname));
  const auto& email = out_.fields.email;
  if (email) take(NameSource::email, shown_line(email->text, name_chars));
  if (name.empty()) take(NameSource::email, first_text(LineRole::email));
  take(NameSource::phone, out_.fields.phone.value_or(""));
  if (name.empty()) take(NameSource::phone, first_text(LineRole::phone));
  if (name.empty()) name = no_name;
  out_.fields.first_name = std::move(name);
}

}  // namespace

std::vector<Line> by_preference(const CardLines& lines, LineRole role) {
  std::vector<std::pair<int, std::size_t>> ranks;
  for (const std::size_t index : lines.of(role)) {
    ranks.emplace_back(rank_of(lines.line(index)), index);
  }
  std::ranges::sort(ranks);
  std::vector<Line> out;
  out.reserve(ranks.size());
  for (const auto& [rank, index] : ranks) out.push_back(lines.line(index));
  return out;
}

NameParts name_parts(const Line& line) {
  const auto components = vcard::components_of(line);
  const auto part = [&](std::size_t i) {
    return i < components.size() ? clean_line(joined(components[i])) : std::string();
  };
  return {.prefix = part(3),
          .given = part(1),
          .additional = part(2),
          .family = part(0),
          .suffix = part(4)};
}

SimpleLines read_simple(const CardLines& lines, Time now) {
  return SimpleReader(lines, now).read();
}

}  // namespace kith::contacts
