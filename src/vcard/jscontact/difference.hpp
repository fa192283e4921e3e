#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "vcard/document.hpp"
#include "vcard/jscontact/view.hpp"

/// What differs between the view of a card and the card that a client wants.
namespace kith::vcard::jscontact {

/// An entry that a client has given another id, and perhaps other members.
struct Renaming {
  std::string before;  ///< pointer
  std::string id;      ///< wanted
};

/// The entries that differ. `before` and `after` are cards with only these entries; an entry whose
/// id alone is another one is in neither.
struct Difference {
  boost::json::object before;
  boost::json::object after;
  std::vector<std::string> pointers;  ///< whose lines change or go
  std::vector<Renaming> renamings;

  bool is_empty() const { return before.empty() && after.empty() && renamings.empty(); }
};

/// Returns whether a member of a card is a map whose entries are lines of their own.
bool is_map(std::string_view member);

/// Returns the difference. Leaves out what clients do not set (`version`, `prodId`, `updated`), and
/// `vCardProps`.
Difference difference_of(const Document& document, const View& view,
                         const boost::json::object& wanted);

}  // namespace kith::vcard::jscontact
