#include "vcard/jscontact/applying.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "vcard/jscontact/line_value.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/text.hpp"

namespace kith::vcard::jscontact {

namespace {

bool is_jsprop(const BuiltLine& built) { return built.line.name == "JSPROP"; }

bool is_phonetic(std::string_view name) { return upper_name(name).starts_with("X-PHONETIC-"); }

/// Returns what tells one built line from all others.
std::string key_of(const BuiltLine& built) {
  if (is_jsprop(built)) return built.pointer + "\n";
  return is_phonetic(built.line.name) ? built.pointer + "\n" + built.line.name : built.pointer;
}

/// Returns whether a set or list has steps of its own.
bool is_special(const BuiltLine& built) {
  return built.pointer == "keywords" || built.line.name == "NICKNAME";
}

}  // namespace

Applying::Applying(const Document& document, const View& view, Difference& difference)
    : document_(document),
      view_(view),
      difference_(difference),
      groups_(document),
      editor_(document),
      version_(document.version()) {
  for (const Binding& binding : view.bindings) {
    bound_[binding.pointer].push_back(binding.line);
    pointers_.try_emplace(binding.line, binding.pointer);
  }
}

Applying::Lines Applying::lines_at(std::string_view pointer) const {
  const auto found = bound_.find(pointer);
  if (found == bound_.end()) return {};
  Lines lines = found->second;
  std::erase_if(lines, [&](std::size_t index) { return document_.line(index).is("JSPROP"); });
  return lines;
}

Applying::Lines Applying::kept_within(std::string_view pointer) const {
  Lines kept;
  const auto add = [&](const Lines& lines) {
    std::ranges::copy_if(lines, std::back_inserter(kept),
                         [&](std::size_t index) { return document_.line(index).is("JSPROP"); });
  };
  if (const auto found = bound_.find(pointer); found != bound_.end()) add(found->second);
  const std::string within = std::string(pointer) + "/";
  for (auto next = bound_.lower_bound(within);
       next != bound_.end() && next->first.starts_with(within); ++next) {
    add(next->second);
  }
  return kept;
}

/// Whether JSPROP is to be part of an entry.
bool Applying::is_kept_after(std::string_view pointer) const {
  const std::string within = std::string(pointer) + "/";
  const auto next = kept_after_.lower_bound(within);
  return next != kept_after_.end() && next->starts_with(within);
}

void Applying::edit_members() {
  complete_nicknames();
  const auto build = [](const boost::json::object& card) {
    Building building(card);
    build_all(building);
    building.keep_rest("", building.rest);
    return building;
  };
  before_ = build(difference_.before).take_lines();  // errors: its line is removed and made anew
  Building after = build(difference_.after);
  error_ = after.error();
  after_ = std::move(after).take_lines();
  std::unordered_map<std::string, const BuiltLine*> before;
  for (const BuiltLine& built : before_) {
    if (!is_special(built)) before.emplace(key_of(built), &built);
  }
  for (const BuiltLine& built : after_) {
    if (is_jsprop(built)) kept_after_.insert(built.pointer);
  }
  edit_keywords();
  edit_nicknames();
  for (const BuiltLine& built : after_) {
    if (is_special(built)) continue;
    const auto old = before.find(key_of(built));
    edit_slot(old == before.end() ? nullptr : old->second, &built);
    if (old != before.end()) before.erase(old);
  }
  for (const BuiltLine& built : before_) {
    if (before.contains(key_of(built))) edit_slot(&built, nullptr);
  }
  remove_unclaimed();
  rename_entries();
}

void Applying::edit_slot(const BuiltLine* before, const BuiltLine* after) {
  const BuiltLine& built = after != nullptr ? *after : *before;
  if (is_jsprop(built)) return edit_kept(before, after);
  Lines lines = lines_at(built.pointer);
  if (lines.empty() && built.line.name == "FN") lines = lines_at("name");
  std::erase_if(lines, [&](std::size_t index) {
    const Line line = document_.line(index);
    return is_phonetic(built.line.name) ? !line.is(built.line.name) : is_phonetic(line.name);
  });
  claimed_.insert(lines.begin(), lines.end());
  if (before != nullptr && after != nullptr && is_same(*before, *after)) {
    const auto same = bound_.find(built.pointer);
    if (same != bound_.end()) claimed_.insert(same->second.begin(), same->second.end());
    return;
  }
  const auto edited = std::ranges::find_if(lines, [&](std::size_t index) {
    return before && after && is_in_place(document_.line(index), *before, *after);
  });
  if (edited == lines.end()) {
    for (const std::size_t index : lines) {
      after == nullptr ? remove_name(document_.line(index)) : remove(index);
    }
    const bool is_virtual = before != nullptr && lines.empty() && built.line.name == "FN" &&
                            param_of(built.line, "DERIVED") != nullptr;
    if (after != nullptr && !is_virtual) add(*after);
    return;
  }
  edit_line(document_.line(*edited), *before, *after);
  BuiltLine less = *before;  // what further lines of a relation lose
  std::erase_if(less.line.params, [&](const NewParam& param) {
    return std::ranges::none_of(after->line.params, [&](const NewParam& other) {
      return other.name == param.name && other.values == param.values;
    });
  });
  for (const std::size_t index : lines) {
    const Line line = document_.line(index);
    if (index != *edited && !line.is("LABEL")) replace(index, edit_of(line, *before, less));
  }
}

void Applying::edit_kept(const BuiltLine* before, const BuiltLine* after) {
  const BuiltLine& built = after != nullptr ? *after : *before;
  const Lines lines = kept_within(built.pointer);
  claimed_.insert(lines.begin(), lines.end());
  if (before != nullptr && after != nullptr && is_same(*before, *after)) return;
  const bool is_one =
      after != nullptr && lines.size() == 1 && pointers_.at(lines.front()) == built.pointer;
  if (is_one) {
    const Line line = document_.line(lines.front());
    return replace(line.index, with_text(line, decode_text(after->line.value)));
  }
  for (const std::size_t index : lines) remove(index);
  if (after != nullptr) add(*after);
}

/// Returns whether an edit of a line can make it what is wanted. If not, another line takes its
/// place.
bool Applying::is_in_place(const Line& line, const BuiltLine& before,
                           const BuiltLine& after) const {
  const bool has_hidden_label = !line.group.empty() && !before.label &&
                                (line.is("X-ABDATE") || line.is("X-ABRELATEDNAMES")) &&
                                groups_.label_of(line).has_value();
  if (has_hidden_label) {
    BuiltLine moved = before;
    moved.line.value = after.line.value;
    return is_same(moved, after);
  }
  const std::string_view name = after.line.name;
  if (line.is(name)) return true;
  if (name == "KIND") {
    const bool is_company = version_ != Version::v4_0 && after.line.value == "org";
    return line.is("X-ADDRESSBOOKSERVER-KIND") && !is_company;
  }
  if (name == "ADR" && (line.is("GEO") || line.is("TZ"))) {
    constexpr std::array others{"GEO", "TZ", "LABEL", "CC", "JSCOMPS"};
    const bool is_alone = std::ranges::none_of(others, [&](const char* param) {
      return !line.is(param) && param_of(after.line, param) != nullptr;
    });
    return is_alone && after.line.value == ";;;;;;" &&
           param_of(after.line, upper_name(line.name)) != nullptr;
  }
  return (name == "LANG" && line.is("X-LANG")) ||
         (name == "MEMBER" && line.is("X-ADDRESSBOOKSERVER-MEMBER")) ||
         (name == "ANNIVERSARY" && line.is("X-ANNIVERSARY")) ||
         (name == "RELATED" && line.is("X-ABRELATEDNAMES"));
}

void Applying::edit_line(const Line& line, const BuiltLine& before, const BuiltLine& after) {
  if (line.is("ADR")) return edit_address(line, before, after);
  if (line.is("GEO") || line.is("TZ")) return edit_place(line, before, after);
  LineEdit edit = edit_of(line, before, after);
  edit_label(edit, line, before, after);
  replace(line.index, std::move(edit));
}

/// Whether a group has several properties.
bool Applying::is_shared(std::string_view group) const {
  int count = 0;
  for (const std::uint32_t index : groups_.lines_of(group)) {
    if (!is_companion(document_.line(index))) ++count;
    if (count > 1) return true;
  }
  return false;
}

/// Edits the label of a line and its group.
void Applying::edit_label(LineEdit& edit, const Line& line, const BuiltLine& before,
                          const BuiltLine& after) {
  const auto& label = after.label;
  if (before.label == label) {
    if (!label && before.line.group != after.line.group) edit.group = after.line.group;
    return;
  }
  if (!label) {
    edit.group = after.line.group;
    return;
  }
  const bool is_alone = !line.group.empty() && !is_shared(line.group);
  if (before.label && is_alone) {
    const Line old = *groups_.label_of(line);
    return replace(old.index, with_text(old, *label));
  }
  std::string group(line.group);
  if (!is_alone) edit.group = group = free_group();
  NewLine added = new_line({.name = "X-ABLabel", .group = group}, *label, version_);
  editor_.add_after(line.index, added);
  ++added_lines_;
}

/// Removes the lines that no entry has any more.
void Applying::remove_unclaimed() {
  for (const std::string& pointer : difference_.pointers) {
    const auto remove_all = [&](const Lines& lines) {
      for (const std::size_t index : lines) {
        if (!claimed_.contains(index)) remove(index);
      }
    };
    if (const auto found = bound_.find(pointer); found != bound_.end()) remove_all(found->second);
    const std::string within = pointer + "/";
    for (auto next = bound_.lower_bound(within);
         next != bound_.end() && next->first.starts_with(within); ++next) {
      remove_all(next->second);
    }
  }
}

/// Writes the ids that entries got.
void Applying::rename_entries() {
  for (const Renaming& renaming : difference_.renamings) {
    if (!is_id(renaming.id)) {
      fail(renaming.before, "must have an id of 1 to 255 letters, digits, hyphens or underscores");
    }
    const Lines lines = lines_at(renaming.before);
    const bool is_written = version_ == Version::v4_0 && !lines.empty() &&
                            pointers_.at(lines.front()) == renaming.before &&
                            !is_kept_after(renaming.before);
    if (!is_written || removed_.contains(lines.front())) continue;
    const Line line = document_.line(lines.front());
    LineEdit& edit = edits_.try_emplace(line.index, with_same_value(line)).first->second;
    drop_params(edit, [](const Param& param) { return param.is("PROP-ID"); });
    edit.added_params.push_back({"PROP-ID", {renaming.id}});
  }
}

void Applying::replace(std::size_t index, LineEdit edit) {
  check_params(edit.added_params, pointers_[index]);
  claimed_.insert(index);
  edits_[index] = std::move(edit);
}

void Applying::remove(std::size_t index) {
  claimed_.insert(index);
  edits_.erase(index);
  removed_.insert(index);
  const std::string name = ascii_lower(document_.line(index).name);
  const auto [first, is_new] = first_gone_.try_emplace(name, index);
  if (!is_new) first->second = std::min(first->second, index);
}

/// Removes a line that no other replaces. 3.0 requires N (RFC 2426, section 3.1.2).
void Applying::remove_name(const Line& line) {
  if (line.is("N") && version_ == Version::v3_0) {
    LineEdit edit = with_value(line, ";;;;");
    drop_params(edit, [](const Param& param) { return param.is("SORT-AS"); });
    return replace(line.index, std::move(edit));
  }
  remove(line.index);
}

/// Gives entries that JSPROP refers to their ids where these would change, because they follow from
/// the order of lines and a line before them goes.
void Applying::keep_ids() {
  for (const Binding& binding : view_.bindings) {
    if (!document_.line(binding.line).is("JSPROP") || removed_.contains(binding.line)) continue;
    std::string_view rest = binding.pointer;
    std::string member = take_name(rest);
    if (member == "speakToAs") member = pointer_to(member, take_name(rest));
    const std::string id = take_name(rest);
    const Lines lines = lines_at(pointer_to(member, id));
    if (lines.empty() || removed_.contains(lines.front())) continue;
    const Line line = document_.line(lines.front());
    const auto gone = first_gone_.find(ascii_lower(line.name));
    if (gone == first_gone_.end() || gone->second > line.index || !is_id(id)) continue;
    const auto params = line.params();
    if (std::ranges::any_of(params, [](const Param& p) { return p.is("PROP-ID"); })) continue;
    LineEdit& edit = edits_.try_emplace(line.index, with_same_value(line)).first->second;
    const bool has_id = std::ranges::any_of(
        edit.added_params, [](const NewParam& param) { return param.name == "PROP-ID"; });
    if (!has_id) edit.added_params.push_back({"PROP-ID", {id}});
  }
}

void Applying::fail(std::string_view pointer, std::string_view message) {
  if (!error_) error_ = {.pointer = "/" + std::string(pointer), .message = std::string(message)};
}

void Applying::check_params(const std::vector<NewParam>& params, const std::string& pointer) {
  if (version_ != Version::v2_1 || std::ranges::all_of(params, fits_v2)) return;
  fail(pointer, "has a text that a card of version 2.1 cannot have as a parameter");
}

std::expected<std::string, ShapeError> Applying::finish(Time now) && {
  keep_ids();
  for (const auto& [index, edit] : edits_) {
    const Line line = document_.line(index);
    const std::string head = edited_head(line, edit);
    const std::string_view params =
        std::string_view(head).substr(std::min(head.size(), head.find(';')));
    if (head.size() > head_bytes_max || split_params(params, version_).size() > params_max) {
      fail(pointers_[index], "has parameters that are too many or too long");
    }
    editor_.replace(index, edit);
  }
  for (const std::size_t index : removed_) editor_.remove(index);
  if (document_.size() + added_lines_ > lines_max) fail("", "has too many entries");
  if (error_) return std::unexpected(std::move(*error_));
  std::string bytes = editor_.finish(now);
  if (bytes.size() > card_bytes_max) {
    return std::unexpected(ShapeError{.pointer = "", .message = "is too large"});
  }
  return bytes;
}

}  // namespace kith::vcard::jscontact
