#include "vcard/document.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "vcard/head.hpp"
#include "vcard/physical_lines.hpp"
#include "vcard/scanner.hpp"

namespace kith::vcard {
namespace {

/// The group before a name: `item1` of `item1.`.
std::string_view group_of(std::string_view before_name) {
  if (!before_name.ends_with('.')) return {};
  before_name.remove_suffix(1);
  const auto begin = before_name.find_last_of(" \t\xBF");  // blanks, or a byte order mark
  return begin == std::string_view::npos ? before_name : before_name.substr(begin + 1);
}

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

ReadError error_at(std::string_view bytes, std::size_t offset, Refusal reason) {
  PhysicalLines lines(bytes);
  PhysicalLine line = lines.at(0);
  std::size_t number = 1;
  for (; line.end <= offset && line.end != line.content_end; ++number) line = lines.at(line.end);
  return {.line = number, .column = offset - line.begin + 1, .reason = reason};
}

/// The version that a value of VERSION names.
Version version_named(std::string_view value) {
  value = trimmed(value);
  if (value == "2.1") return Version::v2_1;
  return value == "4.0" || value == "4" ? Version::v4_0 : Version::v3_0;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::ranges::equal(a, b, {}, upper, upper);
}

std::string_view to_string(Refusal reason) {
  switch (reason) {
    case Refusal::not_a_card: return "not_a_card";
    case Refusal::nul_byte: return "nul_byte";
    case Refusal::utf16: return "utf16";
    case Refusal::two_cards: return "two_cards";
    case Refusal::too_large: return "too_large";
    case Refusal::too_many_lines: return "too_many_lines";
    case Refusal::line_too_long: return "line_too_long";
    case Refusal::too_deep: return "too_deep";
  }
  return {};
}

bool Line::is(std::string_view upper_name) const { return same_name(name, upper_name); }

std::string Line::value() const {
  if (raw_value.find_first_of("\r\n") == std::string_view::npos) return std::string(raw_value);
  std::string out;
  out.reserve(raw_value.size());
  const bool keeps_blanks = version == Version::v2_1 && encoding == Encoding::none;
  unfold(out, raw_value, {.encoding = encoding, .keeps_blanks = keeps_blanks});
  return out;
}

/// Builds a document from the lines of a scanner.
class Reader {
 public:
  explicit Reader(std::string bytes) : scanner_(document_.bytes_) {
    document_.bytes_ = std::move(bytes);
    constexpr std::size_t line_bytes = 48;  // or more, in most cards
    document_.records_.reserve(document_.bytes_.size() / line_bytes + 4);
    scanner_ = Scanner(document_.bytes_);
    nul_ = document_.bytes_.find('\0');
  }

  std::expected<Document, ReadError> read();

 private:
  using Record = Document::Record;
  static_assert(sizeof(Record) == 16, "the memory of a line is bounded");

  std::optional<ReadError> refuse(std::size_t offset, Refusal reason) const {
    return error_at(document_.bytes_, offset, reason);
  }
  std::optional<ReadError> check_size(const ScannedLine& line) const;
  std::optional<ReadError> place(const ScannedLine& line);
  LineKind kind_outside(const ScannedLine& line) const;
  void note_version(const ScannedLine& line);
  void add(const ScannedLine& line, LineKind kind, std::size_t depth);
  Document finish();

  Document document_;
  Scanner scanner_;
  std::size_t nul_ = 0;
  std::size_t open_ = 0;  ///< components that have begun and not ended
  bool has_begun_ = false;
  bool has_type_ = false;
  bool is_legacy_ = false;
};

/// Refuses a line that passes a limit or contains NUL.
std::optional<ReadError> Reader::check_size(const ScannedLine& line) const {
  if (nul_ < line.end) return refuse(nul_, Refusal::nul_byte);
  if (line.end - line.begin > line_bytes_max) {
    return refuse(line.begin + line_bytes_max, Refusal::line_too_long);
  }
  if (line.end > card_bytes_max) return refuse(card_bytes_max, Refusal::too_large);
  if (document_.records_.size() == lines_max) return refuse(line.begin, Refusal::too_many_lines);
  return std::nullopt;
}

/// Adds a line where it belongs.
std::optional<ReadError> Reader::place(const ScannedLine& line) {
  const bool is_begin = line.kind == LineKind::begin;
  if (open_ == 0) {
    const bool is_first = is_begin && line.is_vcard && !has_begun_;
    if (line.kind == LineKind::blank) return add(line, LineKind::blank, 0), std::nullopt;
    if (!has_begun_ && !is_first) return refuse(line.begin, Refusal::not_a_card);
    if (is_begin && !is_first) return refuse(line.begin, Refusal::two_cards);
    add(line, is_first ? LineKind::begin : LineKind::junk, 0);
    has_begun_ = true;
    open_ = is_first ? 1 : 0;
    return std::nullopt;
  }
  if (is_begin && open_ == nesting_max) return refuse(line.begin, Refusal::too_deep);
  const bool is_end = line.kind == LineKind::end && (open_ > 1 || line.is_vcard);
  const std::size_t depth = is_begin ? open_ : open_ - 1;
  const bool is_junk = depth > depth_max || (line.kind == LineKind::end && !is_end);
  if (is_end && open_ == 1) document_.end_line_ = document_.records_.size();
  add(line, is_junk ? LineKind::junk : line.kind, depth);
  if (depth == 0 && line.kind == LineKind::property) note_version(line);
  if (is_begin) ++open_;
  if (is_end) --open_;
  return std::nullopt;
}

void Reader::note_version(const ScannedLine& line) {
  has_type_ = has_type_ || line.traits.has_type;
  is_legacy_ = is_legacy_ || line.traits.is_legacy;
  if (document_.has_version_) return;
  if (!document_.is_named(document_.records_.size() - 1, "VERSION")) return;
  std::string value;
  unfold(value, std::string_view(document_.bytes_).substr(line.value, line.end - line.value), {});
  document_.has_version_ = true;
  document_.version_ = version_named(value);
}

void Reader::add(const ScannedLine& line, LineKind kind, std::size_t depth) {
  Record record{.begin = static_cast<std::uint32_t>(line.begin),
                .kind = kind,
                .depth = static_cast<std::uint8_t>(depth)};
  const bool has_head = kind != LineKind::blank && kind != LineKind::junk;
  if (has_head) {
    record.value = static_cast<std::uint32_t>(line.value - line.begin);
    record.name = static_cast<std::uint16_t>(line.head.name);
    record.name_size = static_cast<std::uint16_t>(line.head.name_size);
    record.encoding = line.traits.encoding;
    record.has_folded_head = line.has_folded_head;
  }
  if (record.has_folded_head) {
    document_.folded_heads_.emplace_back(document_.records_.size(), document_.heads_.size());
    document_.heads_ += std::string_view(scanner_.folded_head()).substr(0, line.head.colon);
  }
  document_.records_.push_back(record);
}

Document Reader::finish() {
  if (!document_.has_version_ && !has_type_ && is_legacy_) document_.version_ = Version::v2_1;
  Habits& habits = document_.habits_;
  PhysicalLines lines(document_.bytes_);
  const PhysicalLine first = lines.at(0);
  const std::size_t end_bytes = first.end - first.content_end;
  constexpr std::string_view longest_end = "\r\r\n";
  if (end_bytes == longest_end.size()) habits.line_end = longest_end;
  if (end_bytes == 1) habits.line_end = document_.bytes_[first.content_end] == '\n' ? "\n" : "\r";
  if (scanner_.continuation()) {
    habits.continuation = *scanner_.continuation();
    habits.fold_width = std::clamp(scanner_.longest_folded_bytes(), fold_width_min, fold_width_max);
  }
  return std::move(document_);
}

std::expected<Document, ReadError> Reader::read() {
  const std::string_view bytes = document_.bytes_;
  if (bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xFF\xFE")) {
    return std::unexpected(*refuse(0, Refusal::utf16));
  }
  ScannedLine line;
  while (scanner_.next(line)) {
    if (const auto error = check_size(line)) return std::unexpected(*error);
    if (const auto error = place(line)) return std::unexpected(*error);
  }
  if (!has_begun_) return std::unexpected(*refuse(0, Refusal::not_a_card));
  return finish();
}

std::expected<Document, ReadError> read(std::string bytes) {
  return Reader(std::move(bytes)).read();
}

std::string_view Document::bytes_of(std::size_t index) const {
  const std::size_t begin = records_[index].begin;
  const std::size_t end = index + 1 < records_.size() ? records_[index + 1].begin : bytes_.size();
  return std::string_view(bytes_).substr(begin, end - begin);
}

/// The text before the colon, unfolded.
std::string_view Document::head_of(std::size_t index) const {
  const Record& record = records_[index];
  if (!record.has_folded_head) return bytes_of(index).substr(0, record.value - 1);
  const auto found = std::ranges::lower_bound(folded_heads_, index, {},
                                              &std::pair<std::uint32_t, std::uint32_t>::first);
  const std::size_t end =
      found + 1 == folded_heads_.end() ? heads_.size() : std::next(found)->second;
  return std::string_view(heads_).substr(found->second, end - found->second);
}

Line Document::line(std::size_t index) const {
  const Record& record = records_[index];
  Line line{.index = index,
            .kind = record.kind,
            .depth = record.depth,
            .encoding = record.encoding,
            .version = version_,
            .bytes = bytes_of(index)};
  if (record.value == 0) return line;
  const std::string_view head = head_of(index);
  line.name = head.substr(record.name, record.name_size);
  line.param_text = head.substr(record.name + record.name_size);
  line.param_text.remove_prefix(
      std::min(line.param_text.find_first_not_of(" \t"), line.param_text.size()));
  line.group = group_of(head.substr(0, record.name));
  line.raw_value = line.bytes.substr(record.value);
  line.raw_value.remove_suffix(line_end_of(line.raw_value).size());
  return line;
}

bool Document::is_named(std::size_t index, std::string_view upper_name) const {
  const Record& record = records_[index];
  return record.name_size == upper_name.size() && record.depth == 0 &&
         record.kind == LineKind::property &&
         same_name(head_of(index).substr(record.name, record.name_size), upper_name);
}

std::optional<Line> Document::find(std::string_view upper_name, std::size_t from) const {
  for (std::size_t i = from; i < size(); ++i) {
    if (is_named(i, upper_name)) return line(i);
  }
  return std::nullopt;
}

std::vector<Line> Document::find_all(std::string_view upper_name, std::size_t count_max) const {
  std::vector<Line> out;
  for (std::size_t i = 0; i < size() && out.size() < count_max; ++i) {
    if (is_named(i, upper_name)) out.push_back(line(i));
  }
  return out;
}

}  // namespace kith::vcard
