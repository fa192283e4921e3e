#include "store/page_rows.hpp"

#include <algorithm>
#include <string_view>

namespace kith::store {

namespace {

/// Bytes for a number or the quotes of a text, plus its name, a colon and a comma.
constexpr std::size_t bytes_beside_text = 24;

/// Returns the size of `text` in JSON. Quotes, backslashes and newlines take two bytes; validated
/// text has no other control characters.
std::size_t json_bytes(std::string_view text) {
  const auto is_escaped = [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  };
  return text.size() + static_cast<std::size_t>(std::ranges::count_if(text, is_escaped));
}

}  // namespace

std::size_t row_bytes(const Rows& rows, std::size_t row) {
  std::size_t bytes = 0;
  for (std::size_t column = 0; column < rows.names().size(); ++column) {
    const Cell cell = rows.cell(row, column);
    const bool is_text = !cell.is_null() && !cell.is_integer();
    bytes += bytes_beside_text + (is_text ? json_bytes(cell.bytes()) : 0);
  }
  return bytes;
}

bool take_rows(PageReads& page, Rows& rows, std::span<const std::size_t> more) {
  const bool has_ended = rows.size() < page.asked();
  const auto bytes_of = [&](std::size_t row) {
    return row_bytes(rows, row) + (more.empty() ? 0 : more[row]);
  };
  std::size_t taken = 0;
  while (taken < rows.size() && page.take(bytes_of(taken))) ++taken;
  while (rows.size() > taken) rows.drop_last();
  return has_ended;
}

}  // namespace kith::store
