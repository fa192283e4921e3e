#include "vcard/jscontact/building.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "vcard/document.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/apple_label.hpp"
#include "vcard/values/text.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;
using boost::json::value;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= group_bytes_max && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

/// Returns the texts of a string or of an array of strings.
std::vector<std::string> texts_of(const value& from) {
  std::vector<std::string> texts;
  if (from.is_string()) texts.push_back(text_of_json(from));
  if (!from.is_array()) return texts;
  for (const value& each : from.as_array()) {
    if (each.is_string()) texts.push_back(text_of_json(each));
  }
  return texts;
}

void add_contexts(NewLine& line, object& entry) {
  const value* contexts = entry.if_contains("contexts");
  if (contexts == nullptr || !contexts->is_object()) return;
  object rest = contexts->as_object();
  if (rest.erase("private") > 0) line.params.push_back({"TYPE", {"home"}});
  if (rest.erase("work") > 0) line.params.push_back({"TYPE", {"work"}});
  if (rest.empty()) {
    entry.erase("contexts");
  } else {
    entry["contexts"] = std::move(rest);
  }
}

void add_pref(NewLine& line, object& entry) {
  constexpr std::int64_t last = 100;
  const value* pref = entry.if_contains("pref");
  if (pref == nullptr || !pref->is_int64()) return;
  if (pref->as_int64() < 1 || pref->as_int64() > last) return;
  line.params.push_back({"PREF", {std::to_string(pref->as_int64())}});
  entry.erase("pref");
}

}  // namespace

std::string encode_uri(std::string_view uri) {
  std::string raw;
  for (const char c : uri) {
    if (c == '\\') raw += '\\';
    raw += c;
  }
  return raw;
}

std::string text_of_json(const value& from) {
  return clean({from.as_string().data(), from.as_string().size()});
}

std::string Entry::pointer(std::string_view key) const {
  const std::string self = pointer_to(member, id);
  return key.empty() ? self : pointer_to(self, key);
}

Building::Building(const object& card) : rest(card) {
  rest.erase("@type");
  rest.erase("version");
}

void Building::fail(std::string pointer, std::string_view message) {
  if (!error_) error_ = {.pointer = "/" + std::move(pointer), .message = std::string(message)};
}

std::optional<std::string> Building::take_text(object& from, std::string_view key,
                                               std::string_view pointer) {
  const value* found = from.if_contains(key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) {
    fail(pointer_to(pointer, key), "must be a string");
    return std::nullopt;
  }
  std::string text = text_of_json(*found);
  from.erase(key);
  return text;
}

object Building::take_object(object& from, std::string_view key, std::string_view pointer) {
  value* found = from.if_contains(key);
  if (found == nullptr) return {};
  if (!found->is_object()) {
    fail(pointer_to(pointer, key), "must be an object");
    return {};
  }
  object taken = std::move(found->as_object());
  from.erase(key);
  return taken;
}

std::vector<Entry> Building::take_entries(object& from, std::string_view key,
                                          std::string_view pointer) {
  const std::string member = pointer_to(pointer, key);
  std::vector<Entry> entries;
  for (auto& pair : take_object(from, key, pointer)) {
    Entry entry{.member = member, .id = std::string(pair.key()), .rest = {}};
    if (!pair.value().is_object()) {
      fail(entry.pointer(), "must be an object");
      continue;
    }
    entry.rest = std::move(pair.value().as_object());
    entry.rest.erase("@type");
    entries.push_back(std::move(entry));
  }
  return entries;
}

void Building::add_params(NewLine& line, const object& params, const std::string& pointer) {
  for (const auto& pair : params) {
    const std::string name = upper_name(std::string(pair.key()));
    std::vector<std::string> values = texts_of(pair.value());
    if (!is_name(name) || values.empty()) {
      fail(pointer_to(pointer, std::string(pair.key())), "must be a parameter of vCard");
    } else if (name == "GROUP" && line.group.empty() && is_name(values.front())) {
      line.group = values.front();
    } else if (name == "TYPE") {
      for (std::string& type : values) line.params.push_back({"TYPE", {std::move(type)}});
    } else if (name != "GROUP") {
      line.params.push_back({name, std::move(values)});
    }
  }
}

void Building::add(NewLine line, std::string pointer, ValueForm form) {
  lines_.push_back({.line = std::move(line), .pointer = std::move(pointer), .form = form});
}

void Building::add_entry(Entry& entry, NewLine line, ValueForm form) {
  if (!is_id(entry.id)) {
    fail(entry.pointer(), "must have an id of 1 to 255 letters, digits, hyphens or underscores");
  }
  add_keyed(entry, std::move(line), form);
  lines_.back().id = entry.id;
}

void Building::add_keyed(Entry& entry, NewLine line, ValueForm form) {
  add_contexts(line, entry.rest);
  add_pref(line, entry.rest);
  auto label = take_text(entry.rest, "label", entry.pointer());
  add_params(line, take_object(entry.rest, params_member, entry.pointer()),
             entry.pointer(params_member));
  if (label) line.group.clear();
  add(std::move(line), entry.pointer(), form);
  lines_.back().label = std::move(label);
  keep_rest(entry.pointer(), entry.rest);
}

void Building::keep_rest(const std::string& pointer, const object& left) {
  for (const auto& pair : left) keep(pointer_to(pointer, std::string(pair.key())), pair.value());
}

void Building::keep(const std::string& pointer, const value& kept) {
  NewLine line{.name = "JSPROP",
               .value = encode_text(boost::json::serialize(kept)),
               .params = {{"JSPTR", {pointer}}},
               .group = {}};
  kept_.push_back({.line = std::move(line), .pointer = pointer});
}

std::vector<BuiltLine> Building::take_lines() && {
  std::ranges::move(kept_, std::back_inserter(lines_));
  return std::move(lines_);
}

std::expected<std::string, ShapeError> Building::finish() && {
  if (error_) return std::unexpected(std::move(*error_));
  Writer writer(Version::v4_0);
  std::map<std::string, int> ordinals;
  int labels = 0;
  for (BuiltLine& built : std::move(*this).take_lines()) {
    NewLine& line = built.line;
    int& ordinal = ordinals[line.name];
    if (built.id == line.name + "-" + std::to_string(ordinal + 1)) {
      ++ordinal;
    } else if (!built.id.empty()) {
      line.params.push_back({"PROP-ID", {built.id}});
    }
    if (built.label) line.group = "label" + std::to_string(++labels);
    writer.add(line);
    if (built.label) {
      writer.add({.name = "X-ABLABEL",
                  .value = encode_text(*built.label),
                  .params = {},
                  .group = line.group});
    }
  }
  return std::move(writer).finish();
}

}  // namespace kith::vcard::jscontact
