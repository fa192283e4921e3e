#include "contacts/write/card_parts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "contacts/write/card_patch.hpp"
#include "crypto/digest.hpp"
#include "store/store.hpp"
#include "vcard/limits.hpp"

namespace kith::contacts {

namespace {

constexpr std::size_t number_bytes = 8;
constexpr std::size_t hash_bytes = 32;
constexpr std::size_t index_entry_bytes = 2 * number_bytes + hash_bytes;

/// Nothing is derived from the bytes of these beside the hash of a photo.
constexpr std::array<std::string_view, 4> binary_properties{"PHOTO", "LOGO", "SOUND", "KEY"};

bool is_cut(const vcard::Line& line) {
  return line.kind == vcard::LineKind::property && line.raw_value.size() >= part_bytes_min &&
         std::ranges::any_of(binary_properties, [&](auto name) { return line.is(name); });
}

/// Appends a number, the most significant byte first.
void append_number(std::string& out, std::uint64_t number) {
  for (std::size_t i = number_bytes; i-- > 0;) out.push_back(static_cast<char>(number >> 8 * i));
}

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes.substr(0, number_bytes)) {
    number = number << 8 | static_cast<unsigned char>(c);
  }
  return number;
}

[[noreturn]] void fail(const char* why) {
  throw store::DatabaseError(std::string("a stored card cannot be read: ") + why);
}

}  // namespace

CutCard cut_card(const vcard::Document& document) {
  const std::string_view bytes = document.bytes();
  CutCard cut;
  std::size_t done = 0;  // of `bytes`
  for (std::size_t i = 0, count = 0; i < document.size() && count < parts_max; ++i) {
    const vcard::Line line = document.line(i);
    if (!is_cut(line)) continue;
    ++count;
    const auto at = static_cast<std::size_t>(line.raw_value.data() - bytes.data());
    std::string hash = crypto::sha256(line.raw_value);
    cut.content.append(bytes.substr(done, at - done));
    append_number(cut.index, at);
    append_number(cut.index, line.raw_value.size());
    cut.index += hash;
    done = at + line.raw_value.size();
    const bool is_new = std::ranges::find(cut.parts, hash, &CardPart::hash) == cut.parts.end();
    if (is_new) cut.parts.push_back({std::move(hash), line.raw_value});
  }
  cut.content.append(bytes.substr(done));
  return cut;
}

std::size_t parts_bytes(std::string_view index) {
  std::size_t bytes = 0;
  for (; index.size() >= index_entry_bytes; index.remove_prefix(index_entry_bytes)) {
    bytes += read_number(index.substr(number_bytes));
  }
  return bytes;
}

std::string join_card(std::string_view content, std::string_view index, const PartBytes& parts) {
  std::string card;
  for (; !index.empty(); index.remove_prefix(index_entry_bytes)) {
    if (index.size() < index_entry_bytes) fail("its index of parts is damaged");
    const auto at = read_number(index);
    const auto found = parts.find(index.substr(2 * number_bytes, hash_bytes));
    if (found == parts.end()) fail("a part of it is missing");
    if (at < card.size() || at - card.size() > content.size()) fail("a part has no place");
    const std::size_t before = at - card.size();
    card.append(content.substr(0, before)).append(found->second);
    content.remove_prefix(before);
  }
  return card.append(content);
}

std::string compress_part(std::string_view bytes) { return card_patch(bytes, {}); }

std::string decompress_part(std::string_view compressed) {
  return apply_card_patch(compressed, {});
}

}  // namespace kith::contacts
