#include "contacts/write/account_size.hpp"

#include <memory>
#include <string>

#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

const Query select_size{
    "contacts.account_size",
    "select history_bytes + card_bytes as bytes from account_rev where account_id = $1"};

/// Returns a number of bytes for readers: `2 GiB`, `5 MiB` or `1234 bytes`.
std::string shown_bytes(std::int64_t bytes) {
  constexpr std::int64_t kib = 1024;
  if (bytes % (kib * kib * kib) == 0) return std::to_string(bytes / (kib * kib * kib)) + " GiB";
  if (bytes % (kib * kib) == 0) return std::to_string(bytes / (kib * kib)) + " MiB";
  return std::to_string(bytes) + " bytes";
}

std::unexpected<Error> refusal(std::int64_t bytes_max) {
  return std::unexpected(
      Error{.code = Errc::quota_exceeded,
            .detail = "The cards of an account, with their photos and their history, can have at "
                      "most " +
                      shown_bytes(bytes_max) + ". Delete large contacts permanently to make room.",
            .dav_condition =
                std::make_shared<DavCondition>(DavCondition{.name = "DAV:quota-not-exceeded"})});
}

}  // namespace

Task<Result<void>> AccountSize::add(const Write& write) {
  const std::int64_t added = write.card.added_bytes;
  const std::int64_t replaced =
      write.card.old_card ? static_cast<std::int64_t>(write.card.old_card->size()) : 0;
  if (bytes_max_ == 0 || added < 0 || added + replaced == 0) co_return Result<void>();
  if (!bytes_) {
    const auto rows = co_await store_.read(select_size, values(owner_));
    if (!rows) co_return std::unexpected(rows.error());
    bytes_ = rows->empty() ? 0 : store::read_column<std::int64_t>(*rows, "bytes");
  }
  if (*bytes_ + added + replaced > bytes_max_) co_return refusal(bytes_max_);
  *bytes_ += added + replaced;
  co_return Result<void>();
}

}  // namespace kith::contacts
