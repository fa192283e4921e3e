#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace kith {

/// A UUID (RFC 9562) as 16 bytes in network order; it sorts like its text.
struct Uuid {
  std::array<std::uint8_t, 16> data{};

  /// Returns a new version 7 UUID (RFC 9562, section 5.7): `now` in microseconds (section 6.2,
  /// method 3), followed by 62 random bits, so that newer ids sort later and rows created together
  /// are close together in an index.
  static Uuid make_v7(Time now);

  /// Returns the version 7 UUID of `now` with `random` as its random bytes.
  static Uuid make_v7(Time now, const std::array<std::uint8_t, 8>& random);

  /// Returns the version (RFC 9562, section 4.2).
  int version() const { return data[6] >> 4; }

  /// Parses the 36-character form in upper or lower case.
  static std::optional<Uuid> parse(std::string_view text);

  /// Appends the 36-character lower-case form.
  void append_to(std::string& out) const;

  /// Returns the bytes as the store binds them.
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
  }

  auto operator<=>(const Uuid&) const = default;
};

/// A UUID of one kind of entity: an account's id cannot be passed where a contact's is expected.
template <class Kind>
struct Id {
  static constexpr std::string_view format = "uuid";  // in JSON Schema

  Uuid uuid;

  static Id make(Time now) { return {Uuid::make_v7(now)}; }
  /// Returns an id that sorts after all generated ids.
  static Id last() {
    Id id;
    id.uuid.data.fill(0xFF);
    return id;
  }
  static std::expected<Id, std::string_view> parse(std::string_view text) {
    const auto uuid = Uuid::parse(text);
    if (!uuid) return std::unexpected("must be a UUID");
    return Id{*uuid};
  }
  void append_to(std::string& out) const { uuid.append_to(out); }
  std::string to_string() const {
    std::string out;
    append_to(out);
    return out;
  }

  auto operator<=>(const Id&) const = default;
};

/// The kinds of things that have ids, with the noun that descriptions of an id use.
struct AccountKind {
  static constexpr std::string_view noun = "account";
};
struct ContactKind {
  static constexpr std::string_view noun = "contact";
};
struct SessionKind {
  static constexpr std::string_view noun = "session";
};
struct RequestKind {
  static constexpr std::string_view noun = "request";
};
struct AppPasswordKind {
  static constexpr std::string_view noun = "app password";
};
struct AuditKind {
  static constexpr std::string_view noun = "audit entry";
};
struct MailKind {
  static constexpr std::string_view noun = "mail";
};

using AccountId = Id<AccountKind>;
using ContactId = Id<ContactKind>;
using SessionId = Id<SessionKind>;
using RequestId = Id<RequestKind>;
using AppPasswordId = Id<AppPasswordKind>;
using AuditId = Id<AuditKind>;
using MailId = Id<MailKind>;

}  // namespace kith

/// Hashes ids for unordered containers.
template <class Kind>
struct std::hash<kith::Id<Kind>> {
  std::size_t operator()(const kith::Id<Kind>& id) const noexcept {
    // The last eight bytes of a version 7 UUID are random, so they can serve as the hash.
    std::size_t value = 0;
    std::memcpy(&value, id.uuid.data.data() + 8, sizeof value);
    return value;
  }
};
