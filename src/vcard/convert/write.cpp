#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "base/text.hpp"
#include "vcard/convert/property.hpp"
#include "vcard/values/base64.hpp"
#include "vcard/writer.hpp"

namespace kith::vcard::conversion {

namespace {

/// Parameters that 3.0 does not have. Apple's programs divide a head at semicolons within quotes,
/// so that parameters with quotes are left out as well.
constexpr std::array v4_params{
    "ALTID",  "PID",     "MEDIATYPE", "CALSCALE",    "LEVEL",   "INDEX",        "JSCOMPS",
    "SCRIPT", "DERIVED", "AUTHOR",    "AUTHOR-NAME", "PROP-ID", "SERVICE-TYPE", "USERNAME",
    "GEO",    "TZ",      "CC",        "CREATED",     "SORT-AS", "LABEL",        "PHONETIC"};

constexpr std::array v4_value_types{"date-and-or-time", "timestamp", "language-tag", "unknown"};
constexpr std::array v3_value_types{"phone-number", "binary", "vcard", "content-id", "inline"};

using Lowest = std::map<std::string, int>;

/// Returns the lowest PREF of each name, in lower case.
Lowest lowest_prefs(const Properties& properties) {
  Lowest lowest;
  for (const Property& property : properties) {
    if (!property.pref) continue;
    const auto [place, is_new] = lowest.try_emplace(ascii_lower(property.name), *property.pref);
    if (!is_new) place->second = std::min(place->second, *property.pref);
  }
  return lowest;
}

template <std::size_t size>
bool is_among(const std::array<const char*, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool needs_quotes(std::string_view value) {
  return value.find_first_of(":;,") != std::string_view::npos;
}

/// Collects the parameters of one line within the limits that a reader has.
class Params {
 public:
  Params(const Property& property, Version version) : version_(version) {
    head_bytes_ = property.group.size() + 1 + property.name.size();
  }

  void add(std::string name, std::vector<std::string> values) {
    NewParam param{.name = std::move(name), .values = std::move(values)};
    std::string head;
    append_param(head, param, version_);
    if (params_.size() >= params_max || head_bytes_ + head.size() > head_bytes_max) return;
    head_bytes_ += head.size();
    params_.push_back(std::move(param));
  }

  std::vector<NewParam> finish() && { return std::move(params_); }

 private:
  Version version_;
  std::size_t head_bytes_;
  std::vector<NewParam> params_;
};

class Writing {
 public:
  Writing(const Properties& properties, Version version)
      : writer_(version), version_(version), lowest_(lowest_prefs(properties)) {}

  void add(const Property& property) {
    Params params(property, version_);
    std::string value = property.media ? add_media(params, *property.media) : property.value;
    if (!property.media) add_value_type(params, property.value_type);
    if (property.is_base64) params.add("ENCODING", {"b"});
    add_types(params, property);
    add_pref(params, property);
    for (const Parameter& param : property.params) add_other(params, param);
    writer_.add({.name = property.name,
                 .value = std::move(value),
                 .params = std::move(params).finish(),
                 .group = property.group});
  }

  std::string finish() && { return std::move(writer_).finish(); }

 private:
  bool is_v3() const { return version_ == Version::v3_0; }

  /// Returns the value of a photo or the like.
  std::string add_media(Params& params, const Media& media) const {
    if (media.kind == Media::Kind::uri) {
      if (is_v3()) params.add("VALUE", {"uri"});
      return media.content;
    }
    if (!is_v3()) return "data:" + media.media_type + ";base64," + encode_base64(media.content);
    params.add("ENCODING", {"b"});
    if (std::string type = type_of_media(media.media_type); !type.empty()) {
      params.add("TYPE", {std::move(type)});
    }
    return encode_base64(media.content);
  }

  void add_value_type(Params& params, const std::string& type) const {
    const std::string plain = type == "url" ? "uri" : type;
    const bool is_foreign =
        is_v3() ? is_among(v4_value_types, plain) : is_among(v3_value_types, plain);
    if (!plain.empty() && !is_foreign && !needs_quotes(plain)) params.add("VALUE", {plain});
  }

  void add_types(Params& params, const Property& property) const {
    std::vector<std::string> types = property.types;
    if (property.media) drop_formats(types, *property.media);
    if (is_v3()) std::erase_if(types, needs_quotes);
    for (std::string& type : types) params.add("TYPE", {std::move(type)});
  }

  /// Removes the types that the media type stands for.
  static void drop_formats(std::vector<std::string>& types, const Media& media) {
    if (media.kind == Media::Kind::data) std::erase_if(types, std::not_fn(is_place));
  }

  void add_pref(Params& params, const Property& property) const {
    if (!property.pref) return;
    if (!is_v3()) {
      params.add("PREF", {std::to_string(*property.pref)});
    } else if (lowest_.at(ascii_lower(property.name)) == *property.pref) {
      params.add("TYPE", {"pref"});
    }
  }

  void add_other(Params& params, const Parameter& param) const {
    if (!is_v3()) {
      params.add(param.name, param.values);
      return;
    }
    const bool is_new = std::ranges::any_of(
        v4_params, [&](const char* name) { return same_name(param.name, name); });
    if (!is_new && !std::ranges::any_of(param.values, needs_quotes)) {
      params.add(param.name, param.values);
    }
  }

  Writer writer_;
  Version version_;
  Lowest lowest_;
};

}  // namespace

std::string write_properties(const Properties& properties, Version version) {
  Writing writing(properties, version);
  for (const Property& property : properties) writing.add(property);
  return std::move(writing).finish();
}

}  // namespace kith::vcard::conversion
