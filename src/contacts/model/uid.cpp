#include "contacts/model/uid.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.hpp"

namespace kith::contacts {

namespace {

constexpr std::string_view prefix = "urn:uuid:";

/// Returns the 16 digits of FNV-1a. It tells UIDs of one account apart and needs no secrecy.
std::string hash_of(std::string_view text) {
  constexpr std::uint64_t offset = 0xCBF29CE484222325;
  constexpr std::uint64_t prime = 0x100000001B3;
  std::uint64_t hash = offset;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = out.size(); i-- > 0; hash >>= 4) out[i] = digits[hash & 0xF];
  return out;
}

}  // namespace

std::string uid_key(std::string_view uid) {
  uid = trimmed(uid);
  while (ascii_lower(uid.substr(0, prefix.size())) == prefix) uid.remove_prefix(prefix.size());
  if (Uuid::parse(uid)) return ascii_lower(uid);
  if (uid.size() <= uid_key_bytes_max) return std::string(uid);
  const std::string hash = hash_of(uid);
  return std::string(cut(uid, uid_key_bytes_max - hash.size())) + hash;
}

std::string uid_of_resource(std::string_view resource, const ContactId& id) {
  constexpr std::size_t chars_min = 8;
  constexpr std::size_t chars_max = 200;
  constexpr std::string_view extension = ".vcf";
  if (ascii_lower(resource).ends_with(extension)) resource.remove_suffix(extension.size());
  const bool is_visible = std::ranges::all_of(resource, [](char c) { return c > ' ' && c <= '~'; });
  const bool fits = resource.size() >= chars_min && resource.size() <= chars_max;
  return is_visible && fits ? std::string(resource) : id.to_string();
}

}  // namespace kith::contacts
