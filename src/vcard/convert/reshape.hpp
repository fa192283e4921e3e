#pragma once

#include <map>
#include <string>
#include <vector>

#include "vcard/convert/property.hpp"

/// Steps that `raise_to_v4` and `lower_to_v3` share or that stand in files of their own.
namespace kith::vcard::conversion {

/// A pair that tells which lines of `LABEL` and `ADR` belong together: the group in lower case and
/// the sorted types.
using AddressKey = std::pair<std::string, std::vector<std::string>>;

/// Returns the key of an address or its label.
AddressKey address_key(const Property& property);

/// Gives addresses the parameter LABEL in place of the property that 3.0 has.
void raise_address_labels(Properties& properties);

/// Moves the parameter LABEL of addresses into properties behind them.
void lower_address_labels(Properties& properties, FreeGroups& free_groups);

/// What stands in each group of a card, by its name in lower case.
class GroupIndex {
 public:
  explicit GroupIndex(const Properties& properties);

  /// Returns the text of the X-ABLABEL of a group that has nothing else than this label and one
  /// other property; empty if there is none.
  std::string_view own_label(std::string_view group) const;

 private:
  struct Group {
    std::size_t members = 0;
    std::string label = {};
  };

  std::map<std::string, Group> groups_;
};

/// Returns Apple's label for a type of RELATED (RFC 6350, section 6.6.6): `_$!<Spouse>!$_`, or the
/// type itself where Apple has none; empty for an unknown type.
std::string relation_label(std::string_view lower_type);

/// Returns the type of RELATED that a label means; empty unless `relation_label` leads back.
std::string relation_type(std::string_view label);

/// Rewrites a date and its time in the spelling of a version, and moves X-APPLE-OMIT-YEAR. Returns
/// false if the value is no date; then it is marked as text.
bool reshape_date(Property& property, Version version);

}  // namespace kith::vcard::conversion
