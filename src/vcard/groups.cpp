#include "vcard/groups.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace kith::vcard {

Groups::Groups(const Document& document) : document_(&document) {
  std::vector<std::pair<std::string, std::uint32_t>> members;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    if (line.group.empty() || line.depth != 0 || line.kind != LineKind::property) continue;
    members.emplace_back(ascii_lower(line.group), static_cast<std::uint32_t>(i));
  }
  std::ranges::sort(members);
  for (auto& [name, index] : members) {
    const bool is_new = groups_.empty() || groups_.back().folded_name != name;
    if (is_new) groups_.push_back({std::move(name), lines_.size()});
    lines_.push_back(index);
  }
}

std::span<const std::uint32_t> Groups::lines_of(std::string_view group) const {
  const std::string folded = ascii_lower(group);
  const auto found = std::ranges::lower_bound(groups_, folded, {}, &Group::folded_name);
  if (found == groups_.end() || found->folded_name != folded) return {};
  const auto next = std::next(found);
  const std::size_t end = next == groups_.end() ? lines_.size() : next->begin;
  return std::span(lines_).subspan(found->begin, end - found->begin);
}

std::optional<Line> Groups::label_of(const Line& line) const {
  if (line.group.empty()) return std::nullopt;
  for (const std::uint32_t index : lines_of(line.group)) {
    const Line other = document_->line(index);
    if (other.is("X-ABLABEL")) return other;
  }
  return std::nullopt;
}

bool is_companion(const Line& line) { return line.is("X-ABLABEL") || line.is("X-ABADR"); }

}  // namespace kith::vcard
