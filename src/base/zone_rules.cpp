#include "base/zone_rules.hpp"

#include <algorithm>
#include <cstddef>

namespace kith {

namespace {

constexpr std::size_t type_bytes = 6;  // offset, whether it is summer time, abbreviation

/// Reads a file from front to back. After the end it returns zeros.
class BinaryReader {
 public:
  /// REQUIRES: `bytes` outlive the reader.
  explicit BinaryReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(std::size_t count) {
    failed_ = failed_ || count > rest_.size();
    if (failed_) return {};
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  /// Reads a big-endian signed number of `width` bytes, 1 to 8.
  std::int64_t number(std::size_t width) {
    const std::string_view bytes = take(width);
    if (bytes.empty()) return 0;
    std::uint64_t value = (static_cast<unsigned char>(bytes.front()) & 0x80) != 0 ? ~0ULL : 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
  }

  std::string_view rest() const { return rest_; }
  bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

/// The header of a data block (RFC 9636, section 3.1).
struct BlockHeader {
  bool is_valid = false;
  bool has_next_block = false;  ///< the same data with 64-bit times follows
  std::size_t ut_flags = 0;
  std::size_t standard_flags = 0;
  std::size_t leap_seconds = 0;
  std::size_t times = 0;
  std::size_t types = 0;
  std::size_t name_bytes = 0;
};

BlockHeader read_header(BinaryReader& reader) {
  BlockHeader header;
  const bool has_magic = reader.take(4) == "TZif";
  header.has_next_block = reader.number(1) != 0;
  reader.take(15);
  for (std::size_t BlockHeader::* count :
       {&BlockHeader::ut_flags, &BlockHeader::standard_flags, &BlockHeader::leap_seconds,
        &BlockHeader::times, &BlockHeader::types, &BlockHeader::name_bytes}) {
    header.*count = static_cast<std::uint32_t>(reader.number(4));
  }
  header.is_valid = has_magic && !reader.failed() && header.types > 0;
  return header;
}

/// The parts of a data block that are used here (RFC 9636, section 3.2).
struct Block {
  std::string_view times;
  std::string_view type_indexes;
  std::string_view types;
};

Block read_block(BinaryReader& reader, const BlockHeader& header, std::size_t time_bytes) {
  Block block;
  block.times = reader.take(header.times * time_bytes);
  block.type_indexes = reader.take(header.times);
  block.types = reader.take(header.types * type_bytes);
  reader.take(header.name_bytes);
  reader.take(header.leap_seconds * (time_bytes + 4));
  reader.take(header.standard_flags);
  reader.take(header.ut_flags);
  return block;
}

std::vector<int> offsets_of(const Block& block) {
  BinaryReader types(block.types);
  std::vector<int> offsets;
  while (!types.rest().empty()) {
    offsets.push_back(static_cast<int>(types.number(4)));
    types.take(type_bytes - 4);
  }
  return offsets;
}

}  // namespace

std::optional<ZoneRules> ZoneRules::parse(std::string_view file) {
  BinaryReader reader(file);
  BlockHeader header = read_header(reader);
  std::size_t time_bytes = 4;
  if (header.is_valid && header.has_next_block) {
    read_block(reader, header, time_bytes);
    header = read_header(reader);
    time_bytes = 8;
  }
  if (!header.is_valid || header.leap_seconds > 0) return std::nullopt;
  const Block block = read_block(reader, header, time_bytes);
  if (reader.failed()) return std::nullopt;
  const std::vector<int> offsets = offsets_of(block);
  ZoneRules rules;
  rules.first_offset_ = offsets.front();
  BinaryReader times(block.times);
  for (const char index : block.type_indexes) {
    const std::int64_t since = times.number(time_bytes);
    const auto type = static_cast<unsigned char>(index);
    const bool in_order = rules.periods_.empty() || rules.periods_.back().since < since;
    if (type >= offsets.size() || !in_order) return std::nullopt;
    rules.periods_.push_back({since, offsets[type]});
  }
  return rules.read_footer(reader.rest(), header.has_next_block) ? std::optional(rules)
                                                                 : std::nullopt;
}

bool ZoneRules::read_footer(std::string_view footer, bool is_expected) {
  if (!is_expected) return true;
  const bool is_framed = footer.size() >= 2 && footer.front() == '\n' && footer.back() == '\n';
  if (!is_framed) return false;
  const std::string_view text = footer.substr(1, footer.size() - 2);
  if (text.empty()) return true;  // no rule: the last offset stays in effect
  last_ = PosixZone::parse(text);
  return last_.has_value();
}

int ZoneRules::offset_at(std::int64_t time) const {
  const auto after = std::ranges::upper_bound(periods_, time, {}, &Period::since);
  if (after == periods_.end() && last_) return last_->offset_at(time);
  return after == periods_.begin() ? first_offset_ : std::prev(after)->offset;
}

}  // namespace kith
