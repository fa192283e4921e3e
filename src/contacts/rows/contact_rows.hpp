#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "contacts/model/contact.hpp"
#include "store/value.hpp"

namespace kith::contacts {

/// The select list of a whole contact, for the statements that `read_contact` reads.
std::string contact_columns(std::string_view prefix = {});

/// Whether a contact is in the trash, for statements that look for it by its id: so written that of
/// the indexes only the primary key fits. Before PostgreSQL has statistics, it else may go by an
/// index of the living contacts and read all of an account.
inline constexpr const char* is_living = "coalesce(deleted_at, 0) = 0";
inline constexpr const char* is_in_trash = "coalesce(deleted_at, 0) <> 0";

/// The contact in row `row`.
Contact read_contact(const store::Rows& rows, std::size_t row);

/// The contacts of all rows.
std::vector<Contact> read_contacts(const store::Rows& rows);

}  // namespace kith::contacts
