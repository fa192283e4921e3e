#include "vcard/jscontact/line_value.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "vcard/convert/property.hpp"
#include "vcard/head.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/line_date.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/base64.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/media.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

/// The structure of values in built lines, which are those of 4.0.
constexpr Structure built_structure{};

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) out.append(i == 0 ? "" : ";").append(pieces[i]);
  return out;
}

const Component& part_at(const std::vector<Component>& parts, std::size_t index) {
  static const Component none;
  return index < parts.size() ? parts[index] : none;
}

/// A component of N whose values an older one repeats (RFC 9554, section 2.2).
struct Repeated {
  std::size_t old_index;
  std::size_t index;
};
constexpr std::array repeated{Repeated{0, 5}, Repeated{4, 6}};

/// Writes the components of a line that differ, and keeps the spelling of the others.
class Components {
 public:
  Components(const Line& line, const BuiltLine& before, const BuiltLine& after)
      : line_(line),
        structure_(structure_of(line)),
        old_(components_of(line)),
        before_(read_components(before.line.value, built_structure)),
        after_(read_components(after.line.value, built_structure)) {}

  std::string written() && {
    const std::string raw = utf8_value(line_, meaning_of(line_.params()));
    for (const std::string_view piece : split_raw(raw, ';', structure_.escapes)) {
      const bool has_escapes = structure_.escapes == Escapes::backslash;
      pieces_.push_back(has_escapes ? conversion::one_line(piece) : std::string(piece));
    }
    pieces_.resize(std::max(pieces_.size(), after_.size()));
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (differs(i)) write(i, part_at(after_, i));
    }
    if (line_.is("N")) repeat_names();
    if (line_.is("ADR")) repeat_street();
    return joined(pieces_);
  }

 private:
  bool differs(std::size_t i) const { return part_at(before_, i) != part_at(after_, i); }

  void write(std::size_t i, const Component& values) {
    pieces_[i] = write_list(values, ',', structure_.escapes);
  }

  /// Repeats the values of new components in the old ones, where the line did so.
  void repeat_names() {
    for (const auto& [old_index, index] : repeated) {
      const bool repeats = part_at(old_, old_index).size() > part_at(before_, old_index).size();
      if (!repeats || (!differs(old_index) && !differs(index))) continue;
      Component values = part_at(after_, old_index);
      std::ranges::copy(part_at(after_, index), std::back_inserter(values));
      write(old_index, values);
    }
  }

  /// Writes the street anew where the line had it beside its parts.
  void repeat_street() {
    constexpr std::size_t extended = 1;
    constexpr std::size_t street = 2;
    constexpr std::size_t number = 10;
    constexpr std::size_t name = 11;
    const auto is_hidden = [&](std::size_t i) {
      return !part_at(old_, i).empty() && part_at(before_, i).empty();
    };
    bool has_new = false;
    for (std::size_t i = old_address_components; i < pieces_.size(); ++i) {
      has_new = has_new || differs(i);
    }
    if (!has_new) return;
    if (is_hidden(extended)) write(extended, part_at(after_, extended));
    if (!is_hidden(street) || !part_at(after_, street).empty()) return;
    Component values = part_at(after_, number);
    std::ranges::copy(part_at(after_, name), std::back_inserter(values));
    std::string text;
    for (const std::string& value : values) text.append(text.empty() ? "" : " ").append(value);
    write(street, {text});
  }

  const Line& line_;
  Structure structure_;
  std::vector<Component> old_;
  std::vector<Component> before_;
  std::vector<Component> after_;
  std::vector<std::string> pieces_;
};

/// Returns the raw value of a URI in a version.
std::string uri_value(const BuiltLine& built, const Line& line) {
  const bool has_escapes = escapes_of(line) == Escapes::backslash;
  return has_escapes ? built.line.value : decode_text(built.line.value);
}

Media media_of_built(const BuiltLine& built) {
  return media_of(
      Line{.version = Version::v4_0, .name = built.line.name, .raw_value = built.line.value}, {});
}

/// The value of a photo or the like, and its parameters.
struct MediaText {
  std::string value;
  std::vector<NewParam> params = {};
};

MediaText media_text(const BuiltLine& built, Version version) {
  Media media = media_of_built(built);
  if (media.kind != Media::Kind::data || version == Version::v4_0) {
    MediaText out{.value = uri_value(built, {.version = version, .name = built.line.name})};
    if (version != Version::v4_0) out.params.push_back({"VALUE", {"uri"}});
    return out;
  }
  MediaText out{.value = encode_base64(media.content)};
  out.params.push_back({"ENCODING", {version == Version::v2_1 ? "BASE64" : "b"}});
  if (std::string type = type_of_media(media.media_type); !type.empty()) {
    out.params.push_back({"TYPE", {std::move(type)}});
  }
  return out;
}

bool names_encoding(const Param& param) {
  return param.is("ENCODING") || param.is("CHARSET") ||
         (param.is_bare && bare_encoding(param.value) != Encoding::none);
}

bool names_format(const Param& param) {
  const std::vector<std::string> types = meaning_of({param}).types;
  return !types.empty() && std::ranges::none_of(types, is_place);
}

LineEdit with_media(const Line& line, const BuiltLine& after) {
  MediaText text = media_text(after, line.version);
  LineEdit edit{.value = std::move(text.value), .added_params = std::move(text.params)};
  edit.drops = [](const Param& param) {
    return names_encoding(param) || names_format(param) || param.is("VALUE") ||
           param.is("MEDIATYPE");
  };
  return edit;
}

bool names_uri(const Param& param) {
  const std::string type = param.is("VALUE") ? ascii_lower(param.first_value()) : "";
  return type == "uri" || type == "url";
}

/// Returns the edit that gives a line another text. A text that is no URI is not called one.
LineEdit with_plain_text(const Line& line, const BuiltLine& after) {
  const std::string text = decode_text(after.line.value);
  LineEdit edit = with_text(line, text);
  if (!is_uri(text)) drop_params(edit, names_uri);
  return edit;
}

LineEdit with_built_date(const Line& line, const BuiltLine& after) {
  const auto value = read_date(after.line.value);
  return value ? with_date(line, value->date, value->time) : with_value(line, after.line.value);
}

/// Returns the edit of a value of `vCardProps`, which may be base64.
LineEdit with_raw(const Line& line, const BuiltLine& after) {
  if (param_of(after.line, "ENCODING") == nullptr) return with_value(line, after.line.value);
  return {.value = after.line.value};
}

LineEdit value_edit(const Line& line, const BuiltLine& before, const BuiltLine& after) {
  switch (after.form) {
    case ValueForm::text: return with_plain_text(line, after);
    case ValueForm::uri: return with_value(line, uri_value(after, line));
    case ValueForm::components: return with_value(line, Components(line, before, after).written());
    case ValueForm::list: {
      const auto values = texts_of_list(after);
      return with_value(line, write_list(values, list_separator(line.version), escapes_of(line)));
    }
    case ValueForm::date: return with_built_date(line, after);
    case ValueForm::media: return with_media(line, after);
    case ValueForm::raw: return with_raw(line, after);
  }
  return with_same_value(line);
}

using Key = std::pair<std::string, std::vector<std::string>>;

Key key_of(const NewParam& param) {
  Key key{ascii_lower(param.name), param.values};
  if (key.first == "type") {
    for (std::string& type : key.second) type = ascii_lower(type);
  }
  return key;
}

std::vector<Key> keys_of(const NewLine& line) {
  std::vector<Key> keys;
  for (const NewParam& param : line.params) keys.push_back(key_of(param));
  std::ranges::sort(keys);
  return keys;
}

/// Returns the parameters of a line that another one does not have.
std::vector<NewParam> params_beyond(const NewLine& line, const NewLine& other) {
  const std::vector<Key> keys = keys_of(other);
  std::vector<NewParam> out;
  for (const NewParam& param : line.params) {
    if (!std::ranges::binary_search(keys, key_of(param))) out.push_back(param);
  }
  return out;
}

/// Names of a parameter that Apple's programs write.
struct Alias {
  const char* name;
  const char* apple;
};
constexpr std::array aliases{Alias{"SERVICE-TYPE", "X-SERVICE-TYPE"}, Alias{"USERNAME", "X-USER"}};

bool is_named(const Param& param, std::string_view upper) {
  if (param.is(upper)) return true;
  return std::ranges::any_of(aliases, [&](const Alias& alias) {
    return (upper == alias.name && param.is(alias.apple)) ||
           (upper == alias.apple && param.is(alias.name));
  });
}

/// What the parameters of a line lose.
struct Dropped {
  std::vector<std::string> names;  ///< in capital letters
  std::vector<std::string> types;  ///< in lower case

  bool loses(std::string_view type) const { return std::ranges::find(types, type) != types.end(); }

  bool operator()(const Param& param) const {
    const bool is_type = std::ranges::any_of(meaning_of({param}).types,
                                             [&](const std::string& type) { return loses(type); });
    return is_type || std::ranges::any_of(
                          names, [&](const std::string& name) { return is_named(param, name); });
  }
};

std::string upper(std::string_view name) {
  std::string out(name);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

Dropped dropped_of(const std::vector<NewParam>& lost, const std::vector<NewParam>& gained) {
  Dropped dropped;
  for (const NewParam& param : lost) {
    const std::string name = upper(param.name);
    if (name == "TYPE") {
      for (const std::string& type : param.values) dropped.types.push_back(ascii_lower(type));
      continue;
    }
    dropped.names.push_back(name);
    if (name == "PREF") dropped.types.emplace_back("pref");
    // X-SOCIALPROFILE may name its service as a type.
    if (name == "X-SERVICE-TYPE") dropped.types.push_back(ascii_lower(param.values.front()));
  }
  for (const NewParam& param : gained) {
    if (upper(param.name) != "TYPE") dropped.names.push_back(upper(param.name));
  }
  return dropped;
}

/// Returns a parameter in the form of a version; nothing if the version has none.
std::optional<NewParam> param_as(const NewParam& param, Version version) {
  if (version == Version::v4_0) return param;
  if (same_name(param.name, "JSCOMPS")) return std::nullopt;  // Apple divides at its semicolons
  const bool is_first = same_name(param.name, "PREF") && param.values.front() == "1";
  return is_first ? NewParam{"TYPE", {"pref"}} : param;
}

void add_params(std::vector<NewParam>& out, const std::vector<NewParam>& params, Version version) {
  for (const NewParam& param : params) {
    if (auto written = param_as(param, version)) out.push_back(std::move(*written));
  }
}

/// Adds the types that stand in one parameter with types that are dropped.
void keep_types(LineEdit& edit, const Line& line, const Dropped& dropped) {
  for (const Param& param : line.params()) {
    const std::vector<std::string> types = meaning_of({param}).types;
    if (std::ranges::none_of(types, [&](const auto& type) { return dropped.loses(type); })) {
      continue;
    }
    for (const std::string& type : types) {
      if (!dropped.loses(type)) edit.added_params.push_back({"TYPE", {type}});
    }
  }
}

}  // namespace

LineEdit edit_of(const Line& line, const BuiltLine& before, const BuiltLine& after) {
  const bool keeps_value = before.line.value == after.line.value;
  LineEdit edit = keeps_value ? with_same_value(line) : value_edit(line, before, after);
  const std::vector<NewParam> lost = params_beyond(before.line, after.line);
  const std::vector<NewParam> gained = params_beyond(after.line, before.line);
  const Dropped dropped = dropped_of(lost, gained);
  if (!dropped.names.empty() || !dropped.types.empty()) drop_params(edit, dropped);
  if (!dropped.types.empty()) keep_types(edit, line, dropped);
  add_params(edit.added_params, gained, line.version);
  return edit;
}

NewLine written_as(const BuiltLine& built, Version version) {
  NewLine line{.name = built.line.name, .group = built.line.group};
  add_params(line.params, built.line.params, version);
  const Line like{.version = version, .name = built.line.name};
  const std::string& value = built.line.value;
  switch (built.form) {
    case ValueForm::text: return new_line(std::move(line), decode_text(value), version);
    case ValueForm::uri: return with_encoding(std::move(line), uri_value(built, like), version);
    case ValueForm::components: {
      const auto parts = read_components(value, built_structure);
      return with_encoding(std::move(line), write_components(parts, structure_of(like)), version);
    }
    case ValueForm::list: {
      const auto values = texts_of_list(built);
      return with_encoding(std::move(line),
                           write_list(values, list_separator(version), escapes_of(like)), version);
    }
    case ValueForm::date: {
      const auto date = read_date(value);
      if (!date) return with_encoding(std::move(line), value, version);
      return new_date(std::move(line), date->date, version, date->time);
    }
    case ValueForm::media: {
      MediaText text = media_text(built, version);
      std::ranges::move(text.params, std::back_inserter(line.params));
      line.value = std::move(text.value);
      return line;
    }
    case ValueForm::raw: break;
  }
  if (param_of(built.line, "ENCODING") == nullptr) {
    return with_encoding(std::move(line), value, version);
  }
  line.value = value;
  return line;
}

std::vector<std::string> texts_of_list(const BuiltLine& built) {
  return read_list(built.line.value);
}

bool is_same(const BuiltLine& a, const BuiltLine& b) {
  return a.line.name == b.line.name && a.line.value == b.line.value && a.label == b.label &&
         a.line.group == b.line.group && keys_of(a.line) == keys_of(b.line);
}

const std::string* param_of(const NewLine& line, std::string_view name) {
  const auto found = std::ranges::find_if(
      line.params, [&](const NewParam& param) { return same_name(param.name, name); });
  return found == line.params.end() ? nullptr : &found->values.front();
}

bool fits_v2(const NewParam& param) {
  const bool is_type = same_name(param.name, "TYPE");
  return std::ranges::all_of(param.values, [&](const std::string& value) {
    if (is_type && bare_encoding(value) != Encoding::none) return false;
    return value.find_first_of(is_type ? ":;,\"=" : ":;,\"") == std::string::npos &&
           (!is_type || !value.empty());
  });
}

}  // namespace kith::vcard::jscontact
