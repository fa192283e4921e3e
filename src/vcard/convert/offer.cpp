#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "vcard/convert/convert.hpp"
#include "vcard/convert/property.hpp"

namespace kith::vcard {

namespace {

using conversion::Properties;

/// Properties that every card needs; `complete` adds those that are missing.
constexpr std::array needed_names{"UID", "FN", "N"};

std::string_view needed_name(const Line& line) {
  const auto found =
      std::ranges::find_if(needed_names, [&](const char* name) { return line.is(name); });
  return found == needed_names.end() ? std::string_view() : *found;
}

/// Returns whether only a conversion of the whole card makes it readable for every client.
bool needs_conversion(const Document& document) {
  const std::string_view line_end = document.habits().line_end;
  if (line_end != "\r\n") return true;
  if (!document.end_line()) return true;
  for (std::size_t i = 0; i < document.size(); ++i) {
    if (document.line(i).depth > 0) return true;
  }
  return false;
}

/// Returns whether a line has what only some clients read: another character set, encodings and
/// parameters of 2.1, text that is no property.
bool is_at_fault(const Line& line) {
  if (line.kind == LineKind::junk || line.kind == LineKind::blank) return true;
  if (!is_valid_utf8(line.bytes) || line.encoding == Encoding::quoted_printable) return true;
  return !line.param_text.empty() && std::ranges::any_of(line.params(), [](const Param& param) {
    return param.is_bare || param.is("CHARSET");
  });
}

/// Returns the lines of a card that are properties other than VERSION.
std::string property_lines(const std::string& bytes) {
  const auto card = read(bytes);
  std::string out;
  for (std::size_t i = 0; card && i < card->size(); ++i) {
    const Line line = card->line(i);
    if (line.kind == LineKind::property && !line.is("VERSION")) out += line.bytes;
  }
  return out;
}

/// Offers a card of a version in the same version.
class Offering {
 public:
  Offering(const Document& document, const Conversion& conversion)
      : document_(document), version_(conversion.version) {
    find_missing(conversion.uid);
  }

  std::string finish() {
    for (std::size_t i = 0; i < document_.size(); ++i) {
      const Line line = document_.line(i);
      add(line);
      if (line.kind == LineKind::begin) add_beginning();  // there is one: nothing is nested
    }
    return std::move(out_);
  }

 private:
  /// Finds the properties that the card lacks, and their lines.
  void find_missing(std::string_view uid) {
    for (const char* name : needed_names) {
      const bool is_needed = std::string_view(name) != "N" || version_ == Version::v3_0;
      if (is_needed && !has(name)) missing_.emplace_back(name);
    }
    if (missing_.empty()) return;
    Properties properties = conversion::read_properties(document_);
    conversion::complete(properties, version_, uid);
    for (const std::string_view name : missing_) {
      const auto made = std::ranges::find_if(
          properties, [&](const conversion::Property& property) { return property.is(name); });
      if (made == properties.end()) continue;  // no UID was given
      missing_lines_ += property_lines(conversion::write_properties({*made}, version_));
    }
  }

  /// An N may be empty, as that of a company.
  bool has(std::string_view name) const {
    return std::ranges::any_of(document_.find_all(name), [&](const Line& line) {
      return name == "N" || !is_blank(line.value());
    });
  }

  /// Adds what is missing, behind VERSION, which 4.0 wants behind BEGIN (RFC 6350, section 6.7.9).
  void add_beginning() {
    if (document_.has_version()) return;
    add_version();
    out_ += missing_lines_;
  }

  void add_version() { out_.append("VERSION:").append(to_string(version_)).append("\r\n"); }

  void add(const Line& line) {
    const bool is_version = line.kind == LineKind::property && line.is("VERSION");
    if (is_version) return add_first_version(line);
    if (std::ranges::find(missing_, needed_name(line)) != missing_.end()) return;
    if (!is_at_fault(line)) {
      out_ += line.bytes;
    } else if (line.kind == LineKind::property) {
      add_anew(line);
    }
  }

  void add_first_version(const Line& line) {
    if (std::exchange(has_version_, true)) return;
    const bool is_exact = line.value() == to_string(version_) && line.param_text.empty();
    if (is_exact && line.group.empty()) {
      out_ += line.bytes;
    } else {
      add_version();
    }
    out_ += missing_lines_;
  }

  /// Writes one line as a conversion would.
  void add_anew(const Line& line) {
    std::string card = "BEGIN:VCARD\r\nVERSION:" + std::string(to_string(version_)) + "\r\n";
    card.append(line.bytes);
    if (!line.bytes.ends_with('\n')) card += "\r\n";
    const auto alone = read(card + "END:VCARD\r\n");
    if (!alone) return;
    out_ +=
        property_lines(conversion::write_properties(conversion::read_properties(*alone), version_));
  }

  const Document& document_;
  Version version_;
  std::vector<std::string_view> missing_;
  std::string missing_lines_;
  bool has_version_ = false;
  std::string out_;
};

}  // namespace

std::string offer(const Document& document, const Conversion& conversion) {
  const bool is_same_version = document.version() == conversion.version;
  if (!is_same_version || needs_conversion(document)) return convert(document, conversion);
  return Offering(document, conversion).finish();
}

}  // namespace kith::vcard
