#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/email.hpp"
#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "contacts/model/birthday.hpp"

namespace kith::contacts {

/// The fields of a contact that clients can write. To add a field: a member, a row below, a column
/// in a migration, a test (docs/howto/add-a-field.md).
struct ContactFields {
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<InternationalEmail> email;
  std::optional<std::string> phone;
  std::optional<Birthday> birthday;
  std::optional<bool> favorite;
  std::optional<std::string> notes;

  static std::string schema_name() { return "ContactFields"; }
  static constexpr std::string_view schema_rules =
      R"("anyOf":[{"required":["first_name"],"properties":{"first_name":{"type":"string",)"
      R"("pattern":"\\S"}}},{"required":["last_name"],"properties":{"last_name":{"type":"string",)"
      R"("pattern":"\\S"}}}])";
  static constexpr auto fields() {
    return kith::fields(
        field("first_name", &ContactFields::first_name,
              {.doc = "Given names. Required unless there is a last name.",
               .example = "Anna",
               .chars_max = limits::name_chars_max}),
        field("last_name", &ContactFields::last_name,
              {.doc = "Family name.", .example = "Krüger", .chars_max = limits::name_chars_max}),
        field("email", &ContactFields::email,
              {.doc = "Stored as entered; need not be unique. Of a `mailto:` link and of "
                      "`Anna <anna@example.org>`, only the address is stored.",
               .example = "anna@example.org",
               .chars_max = limits::email_chars_max}),
        field("phone", &ContactFields::phone,
              {.doc = "Stored as entered; search finds it in any format.",
               .example = "+49 30 1234567",
               .chars_max = limits::phone_chars_max}),
        field("birthday", &ContactFields::birthday,
              {.doc = "`YYYY-MM-DD`, or `--MM-DD` without the year. Not after today's date in the "
                      "easternmost time zone (UTC+14).",
               .example = "1990-05-17"}),
        field("favorite", &ContactFields::favorite,
              {.doc = "In requests, null lets the first name decide (`My ...`).",
               .example = "false",
               .always_answered = true}),
        field("notes", &ContactFields::notes,
              {.doc = "Free text; may have line breaks.",
               .example = "met in Kyiv",
               .chars_max = limits::notes_chars_max,
               .multiline = true}));
  }

  /// Returns violations of the rules that depend on several fields or on today's date.
  std::vector<FieldError> check(Time now) const;

  bool operator==(const ContactFields&) const = default;
};

/// A contact as it is stored and shown.
struct Contact : ContactFields {
  ContactId id;
  Time created_at;
  Time updated_at;
  std::int64_t revision = 0;  ///< account revision of the last change; shown as ETag

  static std::string schema_name() { return "Contact"; }
  static constexpr auto fields() {
    return kith::fields(
               field("id", &Contact::id,
                     {.doc = "UUID; assigned by the server unless the client chose it."})) +
           ContactFields::fields() +
           kith::fields(field("created_at", &Contact::created_at, {.doc = "UTC."}),
                        field("updated_at", &Contact::updated_at, {.doc = "UTC."}));
  }
};

/// Returns the name for display and sorting: first name, then last name.
std::string display_name(const ContactFields& fields);

/// Returns whether `wanted` becomes a favourite when it replaces `current` (null: a new contact). A
/// new first name whose first word is in `words` always makes a favourite. Otherwise the value from
/// the client counts. Without a value, a name with such a word keeps the current state, and any
/// other name makes no favourite.
bool decide_favorite(const ContactFields& wanted, const ContactFields* current,
                     std::span<const std::string> words);

}  // namespace kith::contacts
