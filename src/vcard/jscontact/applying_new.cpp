#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "vcard/convert/reshape.hpp"
#include "vcard/jscontact/applying.hpp"
#include "vcard/jscontact/line_value.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/apple_label.hpp"
#include "vcard/values/text.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

/// Removes a parameter and returns its value; empty if it is missing.
std::string take_param(NewLine& line, std::string_view name) {
  const auto found = std::ranges::find_if(
      line.params, [&](const NewParam& param) { return same_name(param.name, name); });
  if (found == line.params.end()) return {};
  std::string value = std::move(found->values.front());
  line.params.erase(found);
  return value;
}

std::vector<NewParam> types_of(const NewLine& line) {
  std::vector<NewParam> types;
  for (const NewParam& param : line.params) {
    if (same_name(param.name, "TYPE")) types.push_back(param);
  }
  return types;
}

/// The types of an address or label in the order in which they are compared.
std::vector<std::string> sorted(std::vector<std::string> types) {
  std::erase(types, "pref");
  std::ranges::sort(types);
  return types;
}

std::vector<std::string> label_key(const NewLine& line) {
  std::vector<std::string> types;
  for (const NewParam& type : types_of(line)) types.push_back(ascii_lower(type.values.front()));
  return sorted(std::move(types));
}

}  // namespace

std::string Applying::free_group() {
  if (used_groups_.empty()) {
    used_groups_.insert("");
    for (std::size_t i = 0; i < document_.size(); ++i) {
      used_groups_.insert(ascii_lower(document_.line(i).group));
    }
    for (const BuiltLine& built : after_) used_groups_.insert(ascii_lower(built.line.group));
  }
  std::string group;
  do {
    group = "item" + std::to_string(++group_number_);
  } while (used_groups_.contains(group));
  return group;
}

/// Gives a line the name that cards before 4.0 have for it.
void Applying::lower(std::vector<NewLine>& companions, BuiltLine& built) {
  if (version_ == Version::v4_0) return;
  NewLine& line = built.line;
  const bool is_free = !built.label && line.group.empty();
  const auto add_label = [&](const std::string& label) {
    line.group = free_group();
    companions.push_back({.name = "X-ABLabel", .value = label, .group = line.group});
  };
  if (line.name == "MEMBER") {
    line.name = "X-ADDRESSBOOKSERVER-MEMBER";
  } else if (line.name == "LANG") {
    line.name = "X-LANG";
  } else if (line.name == "KIND" && line.value == "group") {
    line.name = "X-ADDRESSBOOKSERVER-KIND";
  } else if (line.name == "KIND" && line.value == "org") {
    line.name = "X-ABShowAs";
    line.value = "COMPANY";
  } else if (line.name == "ANNIVERSARY") {
    line.name = is_free ? "X-ABDATE" : "X-ANNIVERSARY";
    if (is_free) add_label(write_apple_label({"Anniversary", true}));
  } else if (line.name == "RELATED" && is_free) {
    const auto types = types_of(line);
    const std::string* type = param_of(line, "VALUE");
    const bool is_apple = types.size() == 1 && type != nullptr && *type == "text";
    if (!is_apple) return;
    add_label(conversion::relation_label(take_param(line, "TYPE")));
    line.name = "X-ABRELATEDNAMES";
    take_param(line, "VALUE");
  }
}

/// Returns the number of lines that would take each other's labels before 4.0.
int& Applying::label_key_count(const NewLine& address) {
  if (label_keys_.empty()) {
    for (const char* name : {"ADR", "LABEL"}) {
      for (const Line& line : document_.find_all(name)) {
        ++label_keys_[{ascii_lower(line.group), sorted(meaning_of(line.params()).types)}];
      }
    }
  }
  return label_keys_[{ascii_lower(address.group), label_key(address)}];
}

/// Moves the label of an address into a line of its own, where 2.1 and 3.0 have it. `own_lines` of
/// the same types are the address itself.
void Applying::add_address_label(std::vector<NewLine>& companions, BuiltLine& built,
                                 int own_lines) {
  const std::string* label = param_of(built.line, "LABEL");
  if (version_ == Version::v4_0 || label == nullptr) return;
  int& count = label_key_count(built.line);
  if (count++ != own_lines) return;
  const std::string text = take_param(built.line, "LABEL");
  companions.push_back(
      new_line({.name = "LABEL", .params = types_of(built.line), .group = built.line.group}, text,
               version_));
}

void Applying::add(const BuiltLine& wanted) {
  BuiltLine built = wanted;
  std::vector<NewLine> companions;
  lower(companions, built);
  if (built.label) {
    built.line.group = free_group();
    companions.push_back(
        new_line({.name = "X-ABLabel", .group = built.line.group}, *built.label, version_));
  }
  if (built.line.name == "ADR") add_address_label(companions, built, 0);
  NewLine line = written_as(built, version_);
  const bool has_id = version_ == Version::v4_0 || is_kept_after(built.pointer);
  if (has_id && !built.id.empty()) line.params.push_back({"PROP-ID", {built.id}});
  add_line(line, companions, built.pointer);
}

void Applying::add_line(const NewLine& line, const std::vector<NewLine>& companions,
                        const std::string& pointer) {
  check_params(line.params, pointer);
  if (head_of(line, version_).size() > head_bytes_max || line.params.size() > params_max) {
    fail(pointer, "has parameters that are too many or too long");
  }
  editor_.add(line, companions);
  added_lines_ += 1 + companions.size();
}

/// Edits an address, and the line of its label.
void Applying::edit_address(const Line& line, BuiltLine before, BuiltLine after) {
  std::optional<Line> label;
  for (const std::size_t index : lines_at(before.pointer)) {
    if (document_.line(index).is("LABEL")) label = document_.line(index);
  }
  const bool has_line = label.has_value();
  const std::string* old_text = param_of(before.line, "LABEL");
  const std::string* new_text = param_of(after.line, "LABEL");
  const bool differs = (old_text == nullptr) != (new_text == nullptr) ||
                       (new_text != nullptr && *new_text != *old_text);
  std::vector<NewLine> companions;
  if (has_line) {
    take_param(before.line, "LABEL");
    const std::string text = take_param(after.line, "LABEL");
    if (differs && text.empty()) {
      remove(label->index);
      label.reset();
    } else {
      LineEdit edit = differs ? with_text(*label, text) : with_same_value(*label);
      edit_types(edit, *label, before, after);
      if (differs || edit.drops || !edit.added_params.empty()) replace(label->index, edit);
    }
  } else if (differs && old_text == nullptr) {
    add_address_label(companions, after, 1);
  }
  LineEdit edit = edit_of(line, before, after);
  edit_label(edit, line, before, after);
  if (label && edit.group) {
    edits_.try_emplace(label->index, with_same_value(*label)).first->second.group = edit.group;
  }
  for (NewLine& companion : companions) {
    companion.group = edit.group.value_or(std::string(line.group));
    editor_.add_after(line.index, companion);
    ++added_lines_;
  }
  replace(line.index, std::move(edit));
}

/// Edits the types of the label of an address, which are those of the address.
void Applying::edit_types(LineEdit& edit, const Line& line, const BuiltLine& before,
                          const BuiltLine& after) {
  BuiltLine old{.line = {.value = "", .params = types_of(before.line)}, .pointer = {}};
  BuiltLine wanted{.line = {.value = "", .params = types_of(after.line)}, .pointer = {}};
  const LineEdit types = edit_of(line, old, wanted);
  if (types.drops) drop_params(edit, types.drops);
  std::ranges::copy(types.added_params, std::back_inserter(edit.added_params));
}

/// Edits GEO or TZ, which the view shows as an address.
void Applying::edit_place(const Line& line, const BuiltLine& before, const BuiltLine& after) {
  const bool is_geo = line.is("GEO");
  BuiltLine old = before;
  BuiltLine wanted = after;
  const char* name = is_geo ? "GEO" : "TZ";
  const std::string old_text = take_param(old.line, name);
  std::string text = take_param(wanted.line, name);
  LineEdit edit = edit_of(line, old, wanted);
  if (text != old_text) {
    const bool is_uri = ascii_lower(trimmed(text_of(line)).substr(0, 4)) == "geo:";
    if (is_geo && !is_uri && ascii_lower(text.substr(0, 4)) == "geo:") {
      text.erase(0, 4);
      if (version_ != Version::v2_1) std::ranges::replace(text, ',', ';');
      LineEdit value = with_value(line, text);
      edit.value = std::move(value.value);
    } else {
      edit.value = with_value(line, is_geo ? text : encode_text(text)).value;
    }
  }
  edit_label(edit, line, before, after);
  replace(line.index, std::move(edit));
}

}  // namespace kith::vcard::jscontact
