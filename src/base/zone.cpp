#include "base/zone.hpp"

#include <unicode/timezone.h>

#include <map>
#include <memory>
#include <stdexcept>

#include "base/limits.hpp"

namespace kith {

namespace {

std::unique_ptr<icu::TimeZone> create(const std::string& name) {
  return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(name.c_str()));
}

/// Zones by name: making one takes ICU several microseconds.
const icu::TimeZone& cached(const std::string& name) {
  thread_local std::map<std::string, std::unique_ptr<icu::TimeZone>> zones;
  if (zones.size() > limits::cached_zones_max) zones.clear();
  auto& zone = zones[name];
  if (!zone) zone = create(name);
  return *zone;
}

}  // namespace

std::expected<Zone, std::string_view> Zone::parse(std::string_view text) {
  constexpr std::string_view wrong = "must be an IANA time zone such as Europe/Kyiv";
  if (text.empty() || text.size() > limits::zone_name_bytes_max) return std::unexpected(wrong);
  // ICU answers an unknown name with a zone called Etc/Unknown instead of an error.
  if (*create(std::string(text)) == icu::TimeZone::getUnknown()) return std::unexpected(wrong);
  return Zone{std::string(text)};
}

Date Zone::date_at(Time now) const {
  int32_t raw_ms = 0;
  int32_t daylight_ms = 0;
  UErrorCode status = U_ZERO_ERROR;
  cached(text).getOffset(static_cast<double>(now.micros) / 1000.0, false, raw_ms, daylight_ms,
                         status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU gives no offset for " + text);
  const std::int64_t local = now.micros + (std::int64_t{raw_ms} + daylight_ms) * 1000;
  const std::int64_t days = local >= 0 ? local / micros_per_day : (local + 1) / micros_per_day - 1;
  return Date::from_days(static_cast<int>(days));
}

}  // namespace kith
