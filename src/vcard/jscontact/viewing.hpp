#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "vcard/groups.hpp"
#include "vcard/jscontact/view.hpp"

/// The steps of `view_of`.
namespace kith::vcard::jscontact {

/// A property and what its parameters mean. Steps take out the parameters that they map.
struct Property {
  Line line;
  ParamMeaning meaning;
  std::vector<Param> params;
  std::optional<Line> label = {};  ///< the X-ABLABEL in its group
  bool is_label_hidden = false;    ///< another member of the entry says the same

  /// Returns the decoded text, clean for JSON.
  std::string text() const;

  /// Removes a parameter, and returns its first value; empty if it is missing.
  std::string take(std::string_view upper_param);

  /// Removes a type; returns whether it was there.
  bool take_type(std::string_view lower_type);
};

/// Returns the text without control characters other than tabs and newlines.
std::string clean(std::string text);

/// Returns whether a text is an Id (RFC 9553, section 1.4.1).
bool is_id(std::string_view text);

/// Returns a name in capital letters.
std::string upper_name(std::string_view name);

/// What is known of the view of a card so far.
class Viewing {
 public:
  Viewing(const Document& card_document, const ViewOptions& view_options);

  /// Returns a property of the card. REQUIRES: the line is a property.
  Property property_at(std::size_t index) const;

  /// Returns all properties of a name that no step has mapped yet.
  std::vector<Property> unmapped(std::string_view upper_name) const;

  /// Returns the id of an entry: PROP-ID, or the name and number of the property.
  std::string id_of(Property& property, std::string_view member);

  /// Adds an entry with the members that all share: contexts, pref, label, vCardParams.
  void put(std::string_view member, Property& property, boost::json::object entry);

  /// Adds the shared members to an entry.
  void add_shared(boost::json::object& entry, Property& property);

  /// Leaves the label of a property out of its entry, because another member says the same.
  void hide_label(Property& property);

  /// Notes that a property stands behind a part of the view.
  void bind(std::string pointer, const Property& property);

  /// Returns a member of the card that is an object, and makes it if it is missing.
  boost::json::object& object_at(std::string_view member);

  /// Returns whether a step has mapped a line.
  bool is_mapped(std::size_t line) const { return mapped_.contains(line); }

  /// Adds a property to `vCardProps`.
  void add_prop(const Property& property);

  /// Returns the URI of a photo or the like, and adds the media type to the entry.
  std::string media_uri(boost::json::object& entry, const Property& property) const;

  View finish() &&;

  const Document& document;
  boost::json::object card;

 private:
  const ViewOptions& options_;
  Groups groups_;
  std::vector<std::pair<std::size_t, boost::json::array>> props_;  ///< with their lines
  std::vector<Binding> bindings_;
  std::map<std::string, int> ordinals_;  ///< of each property name
  std::set<std::string> ids_;            ///< `member/id`
  std::set<std::size_t> mapped_;
};

/// Maps FN, N and their phonetic forms.
void map_name(Viewing& viewing);

/// Maps ADR, LABEL, GEO and TZ.
void map_addresses(Viewing& viewing);

/// Maps BDAY, DEATHDATE, ANNIVERSARY, X-ABDATE and the places.
void map_anniversaries(Viewing& viewing);

/// Maps a property of `entry_rows`, `service_rows` or another entry of a map. Returns false if it
/// is none.
bool map_entry(Viewing& viewing, Property& property);

/// Maps UID, KIND and other members that are texts, lists and sets. Returns false if it is none.
bool map_member(Viewing& viewing, Property& property);

/// Puts the values of JSPROP back where their pointers say.
void apply_pointers(Viewing& viewing);

/// Returns a date and time as UTCDateTime of RFC 9553; empty if it has no time in UTC.
std::string utc_date_time(std::string_view text);

}  // namespace kith::vcard::jscontact
