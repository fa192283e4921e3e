#pragma once

#include <expected>

#include <boost/json/object.hpp>

#include "vcard/jscontact/card.hpp"

/// Patches of JSContact cards. What they do to the lines of a vCard: `apply`.
namespace kith::vcard::jscontact {

/// Nesting of a card: the card itself, its maps, their entries, and what is in them.
inline constexpr int depth_max = 32;

/// Applies a JSON Merge Patch (RFC 7396): null removes a member, an object patches one, any other
/// value replaces it. REQUIRES: the patch is at most `depth_max` deep, as Boost's parser ensures.
void merge_patch(boost::json::object& card, const boost::json::object& patch);

/// Applies a PatchObject (RFC 9553, section 1.4.3): each name is a JSON Pointer without its first
/// slash, each value the new one, null removes it. Changes nothing if it fails: if a parent is
/// missing or is no object, or if a pointer is empty or begins with another one.
std::expected<void, ShapeError> patch_object(boost::json::object& card,
                                             const boost::json::object& patch);

}  // namespace kith::vcard::jscontact
