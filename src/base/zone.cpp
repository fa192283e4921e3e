#include "base/zone.hpp"

#include <map>
#include <memory>
#include <stdexcept>

#include <unicode/timezone.h>

#include "base/limits.hpp"

namespace kith {

namespace {

icu::UnicodeString to_unicode(std::string_view name) {
  return icu::UnicodeString::fromUTF8({name.data(), static_cast<int32_t>(name.size())});
}

/// Whether ICU's tables have the zone: it would answer any other name with a zone too, made from
/// an offset (`GMT-3`) or called Etc/Unknown.
bool is_known(std::string_view name) {
  if (name.contains('\0')) return false;  // ICU looks only at what is before it
  icu::UnicodeString canonical;
  UBool listed = 0;
  UErrorCode status = U_ZERO_ERROR;
  icu::TimeZone::getCanonicalID(to_unicode(name), canonical, listed, status);
  return U_SUCCESS(status) && listed && name != "Etc/Unknown";
}

/// Zones by name: making one takes ICU several microseconds.
const icu::TimeZone& cached(const std::string& name) {
  thread_local std::map<std::string, std::unique_ptr<icu::TimeZone>> zones;
  if (zones.size() > limits::cached_zones_max) zones.clear();
  auto& zone = zones[name];
  if (!zone) zone.reset(icu::TimeZone::createTimeZone(to_unicode(name)));
  return *zone;
}

}  // namespace

std::expected<Zone, std::string_view> Zone::parse(std::string_view text) {
  constexpr std::string_view wrong = "must be an IANA time zone such as Europe/Kyiv";
  if (text.empty() || text.size() > limits::zone_name_bytes_max) return std::unexpected(wrong);
  if (!is_known(text)) return std::unexpected(wrong);
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
