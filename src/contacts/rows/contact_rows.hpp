#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "contacts/model/contact.hpp"
#include "store/value.hpp"

namespace kith::contacts {

/// Returns the select list of a complete contact, for rows that `read_contact` reads.
std::string contact_columns(std::string_view prefix = {});

/// Conditions on the trash for statements that look up a contact by id, written so that only the
/// primary key can be used. Without statistics PostgreSQL might otherwise choose an index of the
/// living contacts and read the whole account.
inline constexpr const char* is_living = "coalesce(deleted_at, 0) = 0";
inline constexpr const char* is_in_trash = "coalesce(deleted_at, 0) <> 0";

/// Returns the contact in row `row`.
Contact read_contact(const store::Rows& rows, std::size_t row);

/// Returns the contacts of all rows.
std::vector<Contact> read_contacts(const store::Rows& rows);

}  // namespace kith::contacts
