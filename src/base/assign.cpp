#include "base/assign.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace kith {

namespace {

Refusal too_long(const FieldRules& rules) {
  return "must have at most " + std::to_string(rules.chars_max) + " characters";
}

Refusal check_length(std::size_t chars, const FieldRules& rules) {
  const auto count = static_cast<int>(chars);
  if (rules.chars_min > 0 && count < rules.chars_min) {
    return "must have at least " + std::to_string(rules.chars_min) +
           (rules.chars_min == 1 ? " character" : " characters");
  }
  return rules.chars_max > 0 && count > rules.chars_max ? too_long(rules) : Refusal();
}

/// Returns whether a text is too long even after cleaning. Cleaning a megabyte takes milliseconds,
/// so such texts are refused first.
bool is_far_too_long(std::string_view text, const FieldRules& rules) {
  const auto chars_max = static_cast<std::size_t>(rules.chars_max);
  return chars_max > 0 && text.size() > limits::uncleaned_bytes_per_char * chars_max;
}

/// Writes the text as it is stored. A verbatim text (a password) may hold any character but NUL,
/// which ends strings in C interfaces. Other texts are trimmed before the check for control
/// characters: tabs and newlines around a pasted name are no reason to refuse it.
Refusal clean(std::string& out, std::string_view text, const FieldRules& rules) {
  if (!is_valid_utf8(text)) return "must be valid UTF-8";
  if (rules.verbatim) {
    out = text;
    return text.find('\0') == std::string_view::npos ? Refusal() : "must not contain NUL";
  }
  const std::string seen = rules.without_hidden ? without_hidden(text) : std::string(text);
  out = rules.multiline ? clean_lines(seen) : clean_line(seen);
  if (!has_control_characters(out, rules.multiline)) return {};
  return rules.multiline ? "must not contain control characters other than newline"
                         : "must not contain control characters";
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

template <class Number>
Refusal assign_number(Number& out, const Scalar& value, const FieldRules& rules) {
  std::optional<std::int64_t> number;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) number = *integer;
  if (const auto* word = std::get_if<Word>(&value)) number = number_of(word->text);
  if (!number) return "must be a whole number";
  const bool bounded = rules.value_max > rules.value_min;
  const Number least = bounded ? rules.value_min : std::numeric_limits<Number>::min();
  const Number most = bounded ? rules.value_max : std::numeric_limits<Number>::max();
  if (*number < least || *number > most) {
    return "must be from " + std::to_string(least) + " to " + std::to_string(most);
  }
  out = static_cast<Number>(*number);
  return {};
}

}  // namespace

std::optional<std::string_view> text_of(const Scalar& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return *text;
  if (const auto* word = std::get_if<Word>(&value)) return word->text;
  return std::nullopt;
}

bool clears(const Scalar& value) {
  if (std::holds_alternative<std::nullptr_t>(value)) return true;
  if (const auto* word = std::get_if<Word>(&value)) {
    return word->blank_is_absent && is_blank(word->text);
  }
  const auto* text = std::get_if<std::string_view>(&value);
  return text && is_blank(*text);
}

Refusal assign(std::string& out, const Scalar& value, const FieldRules& rules) {
  const auto text = text_of(value);
  if (!text) return "must be a text";
  if (is_far_too_long(*text, rules)) return too_long(rules);
  std::string taken;
  if (Refusal refusal = clean(taken, *text, rules); !refusal.empty()) return refusal;
  if (rules.chars_min > 0 && taken.empty() && !text->empty()) return "must not be blank";
  if (Refusal refusal = check_length(count_chars(taken), rules); !refusal.empty()) return refusal;
  out = std::move(taken);
  return {};
}

Refusal assign(bool& out, const Scalar& value, const FieldRules&) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    out = *flag;
    return {};
  }
  const auto* word = std::get_if<Word>(&value);
  if (!word || (word->text != "true" && word->text != "false")) return "must be true or false";
  out = word->text == "true";
  return {};
}

Refusal assign(int& out, const Scalar& value, const FieldRules& rules) {
  return assign_number(out, value, rules);
}

Refusal assign(std::int64_t& out, const Scalar& value, const FieldRules& rules) {
  return assign_number(out, value, rules);
}

void Filler::put(std::string_view name, const Scalar& value) {
  const auto slot = std::ranges::find(shape_, name, &Slot::name);
  if (slot == shape_.end()) return refuse(name, "is not a known field");
  const auto index = static_cast<std::size_t>(slot - shape_.begin());
  if (seen_[index]) return refuse(name, "must be given once");
  seen_[index] = true;
  if (Refusal refusal = slot->assign(object_, value, *slot->rules); !refusal.empty()) {
    refuse(name, std::move(refusal));
  }
}

void Filler::require_all() {
  for (std::size_t i = 0; i < shape_.size(); ++i) {
    if (shape_[i].rules->required && !seen_[i]) refuse(shape_[i].name, "is required");
  }
}

void Filler::refuse(std::string_view field, Refusal message) {
  if (errors_.size() >= limits::field_errors_max) return;
  errors_.push_back({std::string(cut(field, limits::named_field_bytes_max)), std::move(message)});
}

bool Filler::has_error(std::string_view field) const {
  return std::ranges::any_of(errors_, [&](const auto& error) { return error.field == field; });
}

}  // namespace kith
