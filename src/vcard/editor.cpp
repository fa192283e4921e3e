#include "vcard/editor.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
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

std::string edited_head(const Line& line, const LineEdit& edit) {
  std::string head(line.group);
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
  const bool is_unterminated = line_end_of(line.bytes).empty();
  if (is_unterminated)
    written.bytes.resize(written.bytes.size() - document_.habits().line_end.size());
  changed_.emplace(index, std::move(written));
}

void Editor::remove(std::size_t index) { changed_[index] = {}; }

void Editor::add(const NewLine& line) { insert(place_of(line.name), line); }

void Editor::add_after(std::size_t index, const NewLine& line) { insert(place_after(index), line); }

/// Inserts a line; behind the last inserted one of its name, if there is one at that place.
void Editor::insert(std::size_t before, const NewLine& line) {
  std::vector<Written>& lines = added_[before];
  const auto last = std::find_if(lines.rbegin(), lines.rend(), [&](const Written& other) {
    return same_name(other.name, line.name);
  });
  lines.insert(last == lines.rend() ? lines.end() : last.base(), write(line));
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

std::size_t Editor::place_of(std::string_view name) const {
  for (std::size_t i = document_.size(); i-- > 0;) {
    const Line line = document_.line(i);
    if (is_own_property(line) && same_name(line.name, name)) return place_after(i);
  }
  return default_place();
}

std::size_t Editor::default_place() const {
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

/// Removes the label of each group that lost its last property.
void Editor::remove_labels(Changes& changes) const {
  std::set<std::string> groups;
  for (const auto& [index, change] : changed_) {
    const Line line = document_.line(index);
    const bool is_removed = change.bytes.empty() && !line.group.empty() && !is_companion(line);
    if (is_removed) groups.insert(ascii_lower(line.group));
  }
  if (groups.empty()) return;
  for (const auto& [place, lines] : added_) {
    for (const Written& line : lines) {
      if (!is_companion(Line{.name = line.name})) groups.erase(line.group);
    }
  }
  const Groups all(document_);
  for (const std::string& group : groups) {
    const auto is_left = [&](std::uint32_t index) {
      const auto change = changed_.find(index);
      const bool is_removed = change != changed_.end() && change->second.bytes.empty();
      return !is_removed && !is_companion(document_.line(index));
    };
    const auto lines = all.lines_of(group);
    if (std::ranges::any_of(lines, is_left)) continue;
    for (const std::uint32_t index : lines) changes[index] = {};
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
    for (const Written& line : added->second) out.write_new(line.bytes, line.name, line.encoding);
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
