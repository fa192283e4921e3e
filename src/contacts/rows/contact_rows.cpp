#include "contacts/rows/contact_rows.hpp"

#include "store/rows.hpp"

namespace kith::contacts {

std::string contact_columns(std::string_view prefix) {
  return store::column_list(Contact::fields(), prefix) + ", " + std::string(prefix) + "rev";
}

Contact read_contact(const store::Rows& rows, std::size_t row) {
  Contact contact = store::read_row<Contact>(rows, row);
  contact.revision = store::read_column<std::int64_t>(rows, "rev", row);
  return contact;
}

std::vector<Contact> read_contacts(const store::Rows& rows) {
  std::vector<Contact> contacts;
  contacts.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) contacts.push_back(read_contact(rows, row));
  return contacts;
}

}  // namespace kith::contacts
