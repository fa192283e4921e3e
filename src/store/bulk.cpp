#include "store/bulk.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "store/store.hpp"

namespace kith::store {

namespace {

constexpr std::array<std::string_view, 28> all_tables{
    "accounts",        "account_emails",     "account_rev",   "sessions",         "refresh_tokens",
    "one_time_tokens", "spent_tokens",       "app_passwords", "audit_log",        "contacts",
    "contact_changes", "contact_tombstones", "contact_undos", "idempotency_keys", "mail_outbox",
    "avatars",         "derived_sweep",      "cards",         "card_parts",       "contact_keys",
    "books",           "book_props",         "labels",        "contact_labels",   "label_members",
    "dav_gone",        "photo_thumbnails",   "label_changes"};

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

}  // namespace

std::span<const std::string_view> bulk_tables() { return all_tables; }

void Bulk::clear() {
  for (const Table& table : std::views::reverse(tables())) execute("delete from " + table.name);
}

ColumnType column_type(std::string_view declared) {
  if (declared == "bigint") return ColumnType::integer;
  if (declared == "bytea") return ColumnType::bytes;
  if (declared == "text") return ColumnType::text;
  throw DatabaseError("unsupported column type " + std::string(declared));
}

const Table* find_table(const Bulk& bulk, std::string_view name) {
  const auto found = std::ranges::find(bulk.tables(), name, &Table::name);
  return found == bulk.tables().end() ? nullptr : &*found;
}

std::string bulk_columns(const Table& table) { return joined(table.columns); }

std::string bulk_select(const Table& table, std::string_view text_order) {
  std::vector<std::string> order;
  for (const std::string& name : table.key) {
    const auto at = std::ranges::find(table.columns, name) - table.columns.begin();
    const bool is_text = table.types[static_cast<std::size_t>(at)] == ColumnType::text;
    order.push_back(is_text ? name + std::string(text_order) : name);
  }
  return "select " + bulk_columns(table) + " from " + table.name + " order by " + joined(order);
}

}  // namespace kith::store
