#include "vcard/editor.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/digits.hpp"
#include "base/text.hpp"
#include "vcard/editor_output.hpp"
#include "vcard/groups.hpp"
#include "vcard/head.hpp"
#include "vcard/physical_lines.hpp"

namespace kith::vcard {
namespace {

/// Whether quoted-printable ends in a soft break: the next line would become part of it.
bool has_open_soft_break(const Line& line) {
  return line.encoding == Encoding::quoted_printable && line.raw_value.ends_with('=');
}

bool is_own_property(const Line& line) {
  return line.kind == LineKind::property && line.depth == 0;
}

std::string head_of(const Line& line) {
  std::string head(line.group);
  if (!head.empty()) head += '.';
  return head.append(line.name).append(line.param_text);
}

/// The parts of a REV.
struct RevisionForm {
  bool has_dashes = false;
  bool has_time = true;
  bool has_colons = false;
  bool has_zone = true;
};

std::optional<RevisionForm> form_of(std::string_view text) {
  constexpr std::size_t basic_date_bytes = 8;
  constexpr std::size_t extended_date_bytes = 10;
  const bool has_dashes = text.size() >= extended_date_bytes && text[4] == '-' && text[7] == '-';
  const std::string_view date = text.substr(0, has_dashes ? extended_date_bytes : basic_date_bytes);
  const auto digits = std::ranges::count_if(date, is_digit);
  if (digits != static_cast<std::ptrdiff_t>(basic_date_bytes)) return std::nullopt;
  const std::string_view rest = text.substr(date.size());
  if (rest.empty()) return RevisionForm{.has_dashes = has_dashes, .has_time = false};
  if (rest.front() != 'T' && rest.front() != 't') return std::nullopt;
  return RevisionForm{.has_dashes = has_dashes,
                      .has_colons = rest.substr(0, 4).ends_with(':'),
                      .has_zone = rest.find_first_of("Zz+-") != std::string_view::npos};
}

void append_without(std::string& out, std::string_view text, char left_out) {
  std::ranges::copy_if(text, std::back_inserter(out), [&](char c) { return c != left_out; });
}

}  // namespace

std::string edited_head(const Line& line, const LineEdit& edit) {
  std::string head = edit.group.value_or(std::string(line.group));
  if (!head.empty()) head += '.';
  head += line.name;
  for (std::string_view rest = line.param_text; !rest.empty();) {
    const std::string param = std::string(";").append(take_param(rest));
    const std::vector<Param> parsed = split_params(param, line.version);
    const bool is_dropped = edit.drops && !parsed.empty() && edit.drops(parsed.front());
    if (!is_dropped) head += param;
  }
  for (const NewParam& param : edit.added_params) append_param(head, param, line.version);
  return head;
}

std::string revision_like(std::string_view old_value, Time now, Version version) {
  const bool is_extended = version == Version::v3_0;
  const RevisionForm own{.has_dashes = is_extended, .has_colons = is_extended};
  const RevisionForm form = form_of(trimmed(old_value)).value_or(own);
  std::string full;
  now.append_to(full);
  const std::string_view date = std::string_view(full).substr(0, 10);
  const std::string_view time = std::string_view(full).substr(11, 8);
  std::string out;
  append_without(out, date, form.has_dashes ? '\0' : '-');
  if (!form.has_time) return out;
  out += 'T';
  append_without(out, time, form.has_colons ? '\0' : ':');
  if (form.has_zone) out += 'Z';
  return out;
}

Editor::Written Editor::write(const Line& line, std::string_view head,
                              std::string_view value) const {
  const Habits& habits = document_.habits();
  const Encoding encoding = encoding_of_head(head);
  Written out{.bytes = {},
              .name = std::string(line.name),
              .group = ascii_lower(line.group),
              .encoding = encoding};
  append_line(out.bytes, head, value,
              {.line_end = habits.line_end,
               .fold_width = habits.fold_width,
               .continuation = habits.continuation,
               .style = fold_style(encoding, document_.version())});
  return out;
}

Editor::Written Editor::write(const NewLine& line) const {
  const std::string head = vcard::head_of(line, document_.version());
  Written out = write(Line{.group = line.group, .name = line.name}, head, line.value);
  const bool needs_end = out.encoding == Encoding::base64 && document_.version() == Version::v2_1;
  if (needs_end) out.bytes += document_.habits().line_end;
  return out;
}

void Editor::replace(std::size_t index, const LineEdit& edit) {
  const Line line = document_.line(index);
  const std::string head = edited_head(line, edit);
  changed_.erase(index);
  if (head == head_of(line) && edit.value == line.value()) return;
  Written written = write(line, head, edit.value);
  if (edit.group) written.group = ascii_lower(*edit.group);
  const bool is_unterminated = line_end_of(line.bytes).empty();
  if (is_unterminated)
    written.bytes.resize(written.bytes.size() - document_.habits().line_end.size());
  changed_.emplace(index, std::move(written));
}

void Editor::remove(std::size_t index) { changed_[index] = {}; }

void Editor::add(const NewLine& line, std::span<const NewLine> companions) {
  insert(place_of(line.name), line, companions);
}

void Editor::add_after(std::size_t index, const NewLine& line) { insert(place_after(index), line); }

/// Inserts lines; behind the last inserted one of the same name and its companions, if there is one
/// at that place.
void Editor::insert(std::size_t before, const NewLine& line, std::span<const NewLine> companions) {
  Inserted& inserted = added_[before];
  const auto [last, is_first] = inserted.last.try_emplace(ascii_lower(line.name));
  auto place = is_first ? inserted.lines.end() : std::next(last->second);
  place = inserted.lines.insert(place, write(line));
  for (const NewLine& companion : companions) {
    place = inserted.lines.insert(std::next(place), write(companion));
  }
  last->second = place;
}

/// The place behind a line, and behind junk that would become part of a line inserted before it.
std::size_t Editor::place_after(std::size_t index) const {
  const Line line = document_.line(index);
  if (has_open_soft_break(line)) return index;
  std::size_t place = index + 1;
  for (std::size_t next = place; next < document_.size(); ++next) {
    const Line other = document_.line(next);
    const bool ends_base64 =
        other.kind == LineKind::blank && next == index + 1 && line.encoding == Encoding::base64;
    const bool may_join = other.kind == LineKind::junk ||
                          (other.kind == LineKind::property && is_blank_byte(other.bytes[0]));
    if (ends_base64 || may_join) place = next + 1;
    if (other.kind != LineKind::blank && !may_join) break;
  }
  return place;
}

std::size_t Editor::place_of(std::string_view name) {
  const std::string folded = ascii_lower(name);
  if (const auto known = places_.find(folded); known != places_.end()) return known->second;
  if (!last_of_name_) {
    last_of_name_.emplace();
    for (std::size_t i = 0; i < document_.size(); ++i) {
      const Line line = document_.line(i);
      if (is_own_property(line)) (*last_of_name_)[ascii_lower(line.name)] = i;
    }
  }
  const auto last = last_of_name_->find(folded);
  const std::size_t place =
      last == last_of_name_->end() ? default_place() : place_after(last->second);
  return places_[folded] = place;
}

std::size_t Editor::default_place() {
  if (!default_place_) default_place_ = find_default_place();
  return *default_place_;
}

std::size_t Editor::find_default_place() const {
  if (!document_.end_line()) return place_without_end();
  const std::size_t end = *document_.end_line();
  std::size_t last = end;
  while (last-- > 0 && document_.line(last).kind == LineKind::blank) {
  }
  const Line line = document_.line(last);
  return is_own_property(line) && line.is("REV") ? last : end;
}

/// The place behind the last property of a card without END, in front of what is open at its end.
std::size_t Editor::place_without_end() const {
  std::size_t last = document_.size() - 1;
  while (last > 0 && !is_own_property(document_.line(last))) --last;
  const Line line = document_.line(last);
  if (!is_own_property(line)) {
    while (document_.line(last).kind != LineKind::begin) ++last;
    return last + 1;
  }
  const bool opens_agent = line.is("AGENT") && trimmed(line.value()).empty();
  return line.is("REV") || opens_agent ? last : place_after(last);
}

/// The groups that a property leaves, without those that get one.
std::set<std::string> Editor::left_groups() const {
  std::set<std::string> groups;
  for (const auto& [index, change] : changed_) {
    const Line line = document_.line(index);
    if (line.group.empty() || is_companion(line)) continue;
    if (!is_in(line, ascii_lower(line.group))) groups.insert(ascii_lower(line.group));
  }
  if (groups.empty()) return groups;
  const auto keep = [&](const Written& line) {
    if (!is_companion(Line{.name = line.name})) groups.erase(line.group);
  };
  for (const auto& [place, lines] : added_) std::ranges::for_each(lines.lines, keep);
  for (const auto& [index, change] : changed_) keep(change);
  return groups;
}

/// Returns whether a property of a group stays in it.
bool Editor::is_in(const Line& line, const std::string& folded_group) const {
  const auto change = changed_.find(line.index);
  if (change == changed_.end()) return true;
  return !change->second.bytes.empty() && change->second.group == folded_group;
}

/// Removes the label of each group that lost its last property.
void Editor::remove_labels(Changes& changes) const {
  const std::set<std::string> groups = left_groups();
  if (groups.empty()) return;
  const Groups all(document_);
  for (const std::string& group : groups) {
    const auto is_left = [&](std::uint32_t index) {
      const Line line = document_.line(index);
      return !is_companion(line) && is_in(line, group);
    };
    const auto lines = all.lines_of(group);
    if (std::ranges::any_of(lines, is_left)) continue;
    for (const std::uint32_t index : lines) {
      if (is_companion(document_.line(index))) changes[index] = {};
    }
  }
}

void Editor::set_revisions(Changes& changes, Time now) const {
  for (const Line& line : document_.find_all("REV")) {
    if (changed_.contains(line.index)) continue;
    const std::string old_value = line.value();
    const std::string value = revision_like(old_value, now, document_.version());
    if (value != old_value) changes.emplace(line.index, write(line, head_of(line), value));
  }
}

std::string Editor::finish(Time now) const {
  if (!is_edited()) return document_.bytes();
  constexpr std::size_t growth_bytes = 1024;
  Changes changes = changed_;
  remove_labels(changes);
  set_revisions(changes, now);
  EditorOutput out(document_.habits().line_end, document_.bytes().size() + growth_bytes);
  const auto write_added = [&](std::size_t before) {
    const auto added = added_.find(before);
    if (added == added_.end()) return;
    for (const Written& line : added->second.lines)
      out.write_new(line.bytes, line.name, line.encoding);
  };
  for (std::size_t i = 0; i < document_.size(); ++i) {
    write_added(i);
    const auto change = changes.find(i);
    if (change == changes.end()) {
      out.write_old(document_.line(i));
    } else if (change->second.bytes.empty()) {
      out.skip();
    } else {
      out.write_new(change->second.bytes, change->second.name, change->second.encoding);
    }
  }
  write_added(document_.size());
  return std::move(out).take();
}

}  // namespace kith::vcard
