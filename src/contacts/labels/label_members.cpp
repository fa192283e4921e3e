#include "contacts/labels/label_members.hpp"

#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/limits.hpp"
#include "contacts/rows/contact_rows.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

const Query select_members{
    "labels.members",
    "select c.id from contact_labels x join contacts c on c.account_id = x.account_id "
    "and c.id = x.contact_id and coalesce(c.deleted_at, 0) = 0 "
    "where x.account_id = $1 and x.label_id = $2 and x.contact_id > $3 "
    "order by x.contact_id limit $4"};

const Query end_renaming{"labels.end_renaming",
                         "update labels set renamed_from = null "
                         "where account_id = $1 and id = $2 and renamed_from = $3"};

}  // namespace

Task<Result<void>> relabel_members(const LabelMembers& members, const LabelEdit& edit,
                                   const Origin& origin) {
  std::optional<Error> failed;
  for (ContactId above;;) {
    const auto rows = co_await members.store.read(
        select_members, values(members.owner, members.label, above, limits::change_piece_contacts),
        Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) break;
    std::vector<Operation> operations;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      above = store::read_column<ContactId>(*rows, "id", row);
      operations.push_back({.id = above, .labels = edit});
    }
    for (auto& each : co_await members.contacts.apply_all(members.owner, operations, origin)) {
      if (each || each.error().code == Errc::not_found) continue;
      if (!concerns_one_contact(each.error().code)) {
        co_return std::unexpected(std::move(each.error()));
      }
      failed = std::move(each.error());
    }
    // Lets other work run on this loop between two pieces.
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }
  if (failed) co_return std::unexpected(*std::move(failed));
  co_return Result<void>();
}

Task<Result<void>> finish_renaming(const LabelMembers& members, const StoredLabel& label,
                                   const Origin& origin) {
  if (!label.renamed_from) co_return Result<void>();
  auto edited =
      co_await relabel_members(members, {.renamed = {{*label.renamed_from, label.name}}}, origin);
  if (!edited) co_return edited;
  const auto ended = co_await members.store.write_one(
      members.owner, end_renaming, values(members.owner, label.id, *label.renamed_from));
  if (!ended) co_return std::unexpected(ended.error());
  co_return Result<void>();
}

}  // namespace kith::contacts
