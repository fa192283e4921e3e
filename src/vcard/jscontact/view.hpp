#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "vcard/document.hpp"
#include "vcard/values/media.hpp"

/// Maps cards to JSContact (RFC 9553, version 2.0 of RFC 9982) as RFC 9555 says.
namespace kith::vcard::jscontact {

/// The line behind a part of a view.
struct Binding {
  /// Into the card, without a leading slash: `emails/EMAIL-1`, `vCardProps/0`. All lines of a set
  /// or a list of texts have `keywords`; X-PHONETIC-* has `name/components`.
  std::string pointer;
  std::size_t line = 0;  ///< of the document
};

/// A card as JSContact.
struct View {
  boost::json::object card;
  std::vector<Binding> bindings;  ///< by line; a line may have several
};

/// How a view is made.
struct ViewOptions {
  /// Returns the URI of a photo, logo, sound or key whose data are in the card; null: a data URI.
  std::function<std::string(const Line&, const Media&)> media_uri = {};
};

/// Returns a card as JSContact. Every property is in it: what JSContact has no member for is in
/// `vCardProps`, unknown parameters are in `vCardParams`. Texts are valid UTF-8 without control
/// characters other than tabs and newlines. Ids of map entries are PROP-ID, or the property's name
/// and its number. Time is linear apart from look-ups of groups and ids.
View view_of(const Document& document, const ViewOptions& options = {});

}  // namespace kith::vcard::jscontact
