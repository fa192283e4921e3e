#pragma once

#include <array>
#include <string_view>

/// Names of JSContact (RFC 9553) and of its mapping (RFC 9555).
namespace kith::vcard::jscontact {

/// Members that keep what JSContact has no member for. The successor of RFC 9555 may rename them.
inline constexpr std::string_view props_member = "vCardProps";
inline constexpr std::string_view params_member = "vCardParams";
inline constexpr std::string_view name_member = "vCardName";

/// The version that is written (RFC 9982).
inline constexpr std::string_view card_version = "2.0";

/// A property whose entry has its text or URI as one member, beside the members that all share
/// (`contexts`, `pref`, `label`).
struct EntryRow {
  std::string_view property;   ///< of vCard, in capital letters
  std::string_view member;     ///< of the card: a map
  std::string_view key;        ///< of the entry, for the value
  std::string_view kind = {};  ///< of the entry; empty: none
  bool is_media = false;       ///< the value may be data
};

/// All of them.
inline constexpr std::array entry_rows{
    EntryRow{"EMAIL", "emails", "address"},
    EntryRow{"TEL", "phones", "number"},
    EntryRow{"NOTE", "notes", "note"},
    EntryRow{"TITLE", "titles", "name", "title"},
    EntryRow{"ROLE", "titles", "name", "role"},
    EntryRow{"URL", "links", "uri"},
    EntryRow{"CONTACT-URI", "links", "uri", "contact"},
    EntryRow{"SOURCE", "directories", "uri", "entry"},
    EntryRow{"ORG-DIRECTORY", "directories", "uri", "directory"},
    EntryRow{"CALURI", "calendars", "uri", "calendar"},
    EntryRow{"FBURL", "calendars", "uri", "freeBusy"},
    EntryRow{"CALADRURI", "schedulingAddresses", "uri"},
    EntryRow{"LANG", "preferredLanguages", "language"},
    EntryRow{"X-LANG", "preferredLanguages", "language"},
    EntryRow{"EXPERTISE", "personalInfo", "value", "expertise"},
    EntryRow{"HOBBY", "personalInfo", "value", "hobby"},
    EntryRow{"INTEREST", "personalInfo", "value", "interest"},
    EntryRow{"PHOTO", "media", "uri", "photo", true},
    EntryRow{"LOGO", "media", "uri", "logo", true},
    EntryRow{"SOUND", "media", "uri", "sound", true},
    EntryRow{"KEY", "cryptoKeys", "uri", "", true},
};

/// A property of one on-line service, whose value is the name of the user there.
struct ServiceRow {
  std::string_view property;
  std::string_view service;
};

/// All of them.
inline constexpr std::array service_rows{
    ServiceRow{"X-JABBER", "Jabber"},
    ServiceRow{"X-AIM", "AIM"},
    ServiceRow{"X-ICQ", "ICQ"},
    ServiceRow{"X-MSN", "MSN"},
    ServiceRow{"X-YAHOO", "Yahoo"},
    ServiceRow{"X-SKYPE", "Skype"},
    ServiceRow{"X-SKYPE-USERNAME", "Skype"},
    ServiceRow{"X-GOOGLE-TALK", "Google Talk"},
    ServiceRow{"X-GADUGADU", "Gadu-Gadu"},
    ServiceRow{"X-QQ", "QQ"},
    ServiceRow{"X-GROUPWISE", "GroupWise"},
    ServiceRow{"X-TWITTER", "Twitter"},
};

/// A type of TEL and the feature of a phone.
struct FeatureRow {
  std::string_view type;
  std::string_view feature;
};

/// All of them.
inline constexpr std::array feature_rows{
    FeatureRow{"voice", "voice"},      FeatureRow{"cell", "mobile"},
    FeatureRow{"fax", "fax"},          FeatureRow{"pager", "pager"},
    FeatureRow{"text", "text"},        FeatureRow{"video", "video"},
    FeatureRow{"main", "main-number"}, FeatureRow{"textphone", "textphone"},
};

/// The kinds of the components of N, in their order (RFC 6350 and RFC 9554).
inline constexpr std::array<std::string_view, 7> name_kinds{
    "surname", "given", "given2", "title", "credential", "surname2", "generation"};

/// The kinds of the components of ADR, in their order (RFC 6350 and RFC 9554).
inline constexpr std::array<std::string_view, 18> address_kinds{
    "postOfficeBox", "apartment", "name",        "locality", "region",   "postcode",
    "country",       "room",      "apartment",   "floor",    "number",   "name",
    "building",      "block",     "subdistrict", "district", "landmark", "direction"};

/// The number of components of ADR in RFC 6350. The components behind them replace `apartment` and
/// `name`.
inline constexpr std::size_t old_address_components = 7;

}  // namespace kith::vcard::jscontact
