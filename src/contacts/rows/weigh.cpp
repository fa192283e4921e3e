#include "contacts/rows/weigh.hpp"

#include <utility>

#include "store/rows.hpp"

namespace kith::contacts {

Task<Result<std::vector<std::size_t>>> weigh_rows(const Weigh& weigh, const store::Rows& rows) {
  if (!weigh) co_return std::vector<std::size_t>();
  std::vector<ContactId> contacts;
  contacts.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    contacts.push_back(store::read_column<ContactId>(rows, "id", row));
  }
  co_return co_await weigh(std::move(contacts));
}

}  // namespace kith::contacts
