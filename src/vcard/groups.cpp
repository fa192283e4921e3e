#include "vcard/groups.hpp"

#include <algorithm>
#include <iterator>
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
    if (is_new) groups_.push_back({.folded_name = std::move(name), .begin = lines_.size()});
    Group& group = groups_.back();
    if (!group.label && document.line(index).is("X-ABLABEL")) group.label = index;
    lines_.push_back(index);
  }
}

const Groups::Group* Groups::find(std::string_view name) const {
  const std::string folded = ascii_lower(name);
  const auto found = std::ranges::lower_bound(groups_, folded, {}, &Group::folded_name);
  return found == groups_.end() || found->folded_name != folded ? nullptr : &*found;
}

std::span<const std::uint32_t> Groups::lines_of(std::string_view name) const {
  const Group* group = find(name);
  if (group == nullptr) return {};
  const bool is_last = group == &groups_.back();
  const std::size_t end = is_last ? lines_.size() : std::next(group)->begin;
  return std::span(lines_).subspan(group->begin, end - group->begin);
}

std::optional<Line> Groups::label_of(const Line& line) const {
  const Group* group = find(line.group);
  if (group == nullptr || !group->label) return std::nullopt;
  return document_->line(*group->label);
}

bool is_companion(const Line& line) { return line.is("X-ABLABEL") || line.is("X-ABADR"); }

}  // namespace kith::vcard
