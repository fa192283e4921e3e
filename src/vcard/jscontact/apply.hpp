#pragma once

#include <expected>
#include <string>

#include <boost/json/object.hpp>

#include "base/time.hpp"
#include "vcard/document.hpp"
#include "vcard/jscontact/card.hpp"
#include "vcard/jscontact/view.hpp"

namespace kith::vcard::jscontact {

/// How a card is edited.
struct ApplyOptions {
  Time now = {};          ///< for REV
  ViewOptions view = {};  ///< those of the view that the client has seen
};

/// Returns the bytes of a card that shows `wanted` (RFC 9553, versions 1.0 and 2.0). Compares it
/// with the view of the card: what is equal keeps its bytes, so that putting a view back changes no
/// byte. Each entry that differs is one edited line, which keeps its spelling and its encoding; a
/// missing entry removes its line and a label that no other line has; a new entry is a new line in
/// the version of the card. Members that vCard has no property for are JSPROP.
///
/// Errors name the member by a JSON Pointer: a wrong shape or type, nesting over `depth_max`, what
/// cannot be written within the limits of `limits.hpp` or in 2.1, and names that would break the
/// frame of the card.
///
/// What the view shows afterwards differs from `wanted` in these cases:
/// - `version`, `prodId` and `updated` are never written; `uid` is never removed.
/// - Ids of new entries are PROP-ID in 4.0. In 2.1 and 3.0 ids follow from the order of the lines;
///   there an entry has PROP-ID only if JSPROP refers to it. An entry under another id keeps its
///   line if it is equal otherwise.
/// - Ids without PROP-ID that follow those of a removed line count one less.
/// - Texts lose control characters other than tabs and newlines.
/// - 2.1 and 3.0 have no order of components (`isOrdered`, separators); in 2.1 components have no
///   lists of values, and parameters no quotes.
/// - Removing a member may show what another line has: a second FN, UID or LANGUAGE, or a LABEL of
///   an address with the same types.
/// - `vCardProps` keeps the order of the card; properties that have a member of their own are shown
///   there. In it REV and PRODID are left alone.
/// - A photo that is given as data has the media type that its bytes say.
///
/// Time is linear apart from look-ups in sorted tables. `wanted` must be valid UTF-8.
std::expected<std::string, ShapeError> apply(const Document& document,
                                             const boost::json::object& wanted,
                                             const ApplyOptions& options = {});

}  // namespace kith::vcard::jscontact
