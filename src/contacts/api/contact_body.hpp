#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/fields.hpp"
#include "base/time.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/write/operation.hpp"
#include "json/read.hpp"

/// What requests write into contacts: bodies of POST, PUT and PATCH, and the contacts of a batch.
namespace kith::contacts {

/// A contact in a request: the simple fields, and what may be given beside them. A member added
/// here is read from every request that writes a contact; `set_body` says what becomes of it.
struct ContactBody : ContactFields {
  std::optional<std::int64_t> book;  ///< nullopt: unchanged; of a new contact the default book

  static std::string schema_name() { return "ContactFields"; }
  static constexpr auto fields() {
    return ContactFields::fields() +
           kith::fields(field("book", &ContactBody::book,
                              {.doc = "Number of the address book. If absent or null, the contact "
                                      "stays where it is; a new contact is in the default book.",
                               .example = "1",
                               .value_min = 1,
                               .value_max = std::numeric_limits<int>::max()}));
  }
};

/// Makes `operation` write `body`, which replaces all fields.
void set_body(Operation& operation, ContactBody body);

/// Makes `operation` write the ContactBody in `json`: `whole` replaces all fields, `merge` changes
/// those that are given. It is read when the operation runs, which then has its errors. REQUIRES:
/// `json` outlives the operation.
void set_body(Operation& operation, std::string_view json, json::Mode mode, Time now);

}  // namespace kith::contacts
