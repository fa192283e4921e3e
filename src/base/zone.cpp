#include "base/zone.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>

#include "base/limits.hpp"
#include "base/zone_rules.hpp"

namespace kith {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Returns the folder in which the C library looks for zones.
std::string zone_folder() {
  const char* const named = std::getenv("TZDIR");
  return named && *named ? named : "/usr/share/zoneinfo";
}

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '_';
}

/// Returns whether `name` may name a file of the time zone data: words between single slashes. Dots
/// are refused, so that the path stays within the folder, and so are files there that are not IANA
/// zones: copies with other clocks, and the setting of this machine.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > limits::zone_name_bytes_max) return false;
  if (name.starts_with("posix/") || name.starts_with("right/")) return false;
  if (name == "localtime" || name == "posixrules" || name == "Factory") return false;
  bool after_word = false;
  for (const char c : name) {
    if (c == '/' ? !after_word : !is_name_character(c)) return false;
    after_word = c != '/';
  }
  return after_word;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

/// The names in the time zone data by their lower-case form.
using Spellings = std::map<std::string, std::string, std::less<>>;

Spellings read_spellings() {
  namespace fs = std::filesystem;
  const fs::path folder = zone_folder();
  Spellings spellings;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(folder, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::string name = at->path().lexically_relative(folder).string();
    std::error_code unknown;
    if (is_zone_name(name) && at->is_regular_file(unknown)) {
      spellings.emplace(lower(name), std::move(name));
    }
  }
  return spellings;
}

/// `name` as the time zone data spells it; itself when the data does not have it in any case. The
/// folder is listed as often as a zone's file is read.
std::string spelled(std::string_view name) {
  thread_local Spellings spellings;
  thread_local std::optional<SteadyClock::time_point> read_at;
  const auto now = SteadyClock::now();
  if (!read_at || now - *read_at >= limits::zone_lifetime) {
    spellings = read_spellings();
    read_at = now;
  }
  const auto found = spellings.find(lower(name));
  return found == spellings.end() ? std::string(name) : found->second;
}

/// The rules in the file of `name`, or nothing if it has none or is no zone.
std::optional<ZoneRules> load(std::string_view name) {
  const auto path = std::filesystem::path(zone_folder()) / name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string content(limits::zone_file_bytes_max, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.eof()) return std::nullopt;  // unreadable or too large
  content.resize(static_cast<std::size_t>(file.gcount()));
  return ZoneRules::parse(content);
}

/// A cached zone and the time when it was read.
struct CachedZone {
  ZoneRules rules;
  SteadyClock::time_point read_at;
};

/// Returns the rules of `name`, or null. They stay valid until this thread calls again. A cached
/// zone is kept if its file can no longer be read.
const ZoneRules* rules_of(const std::string& name) {
  thread_local std::map<std::string, CachedZone, std::less<>> zones;
  const auto now = SteadyClock::now();
  const auto found = zones.find(name);
  const bool is_fresh = found != zones.end() && now - found->second.read_at < limits::zone_lifetime;
  if (is_fresh) return &found->second.rules;
  auto rules = load(name);
  if (found != zones.end()) {
    if (rules) found->second.rules = *std::move(rules);
    found->second.read_at = now;
    return &found->second.rules;
  }
  if (!rules) return nullptr;
  if (zones.size() >= limits::cached_zones_max) zones.clear();
  return &zones.emplace(name, CachedZone{*std::move(rules), now}).first->second.rules;
}

Date date_of(std::int64_t local_seconds) {
  using namespace std::chrono;
  const auto day = floor<days>(sys_seconds{seconds{local_seconds}});
  return Date::from_days(static_cast<int>(day.time_since_epoch().count()));
}

std::int64_t seconds_of(Time time) {
  using namespace std::chrono;
  return floor<seconds>(microseconds{time.micros}).count();
}

}  // namespace

std::expected<Zone, std::string_view> Zone::parse(std::string_view text) {
  if (lower(text) == "utc") return Zone{};
  if (is_zone_name(text)) {
    Zone zone{std::string(text)};
    if (rules_of(zone.text)) return zone;  // without a list of the folder
    zone.text = spelled(text);
    if (zone.text != text && rules_of(zone.text)) return zone;
  }
  return std::unexpected("must be an IANA time zone such as Europe/Kyiv");
}

Date Zone::date_at(Time now) const {
  const std::int64_t utc = seconds_of(now);
  if (text == "UTC") return date_of(utc);
  const ZoneRules* const rules = rules_of(text);
  if (!rules) throw std::runtime_error("time zones: cannot read " + zone_folder() + "/" + text);
  return date_of(utc + rules->offset_at(utc));
}

Date latest_date(Time now) {
  constexpr std::int64_t easternmost_offset_seconds = 14 * 3600;
  return date_of(seconds_of(now) + easternmost_offset_seconds);
}

std::string require_zones() {
  std::string folder = zone_folder();
  // Zones of different continents: if all can be read, the data is complete.
  for (const char* name : {"Europe/Berlin", "America/New_York", "Asia/Tokyo"}) {
    if (load(name)) continue;
    throw std::runtime_error("time zones: cannot read " + folder + "/" + name +
                             " (package tzdata, or the folder in TZDIR)");
  }
  return folder;
}

}  // namespace kith
