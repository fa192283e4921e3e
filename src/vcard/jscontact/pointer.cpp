#include "vcard/jscontact/pointer.hpp"

#include <algorithm>

namespace kith::vcard::jscontact {

std::string pointer_to(std::string_view parent, std::string_view name) {
  std::string out(parent);
  if (!out.empty()) out += '/';
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string take_name(std::string_view& pointer) {
  const std::size_t slash = std::min(pointer.find('/'), pointer.size());
  const std::string_view raw = pointer.substr(0, slash);
  pointer.remove_prefix(std::min(slash + 1, pointer.size()));
  std::string name;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char next = raw[i] == '~' && i + 1 < raw.size() ? raw[i + 1] : '\0';
    const bool is_escape = next == '0' || next == '1';
    name += !is_escape ? raw[i] : next == '0' ? '~' : '/';
    if (is_escape) ++i;
  }
  return name;
}

const boost::json::value* find_at(const boost::json::object& root, std::string_view pointer) {
  const boost::json::object* parent = &root;
  while (true) {
    const boost::json::value* found = parent->if_contains(take_name(pointer));
    if (found == nullptr || pointer.empty()) return found;
    if (!found->is_object()) return nullptr;
    parent = &found->as_object();
  }
}

}  // namespace kith::vcard::jscontact
