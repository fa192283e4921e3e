#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/color.hpp"
#include "contacts/model/label.hpp"
#include "contacts/write/operation.hpp"
#include "json/read.hpp"

/// The labels in requests that write contacts.
namespace kith::contacts {

/// A label in a request, with the members that responses have.
struct LabelItem {
  std::optional<LabelId> id;
  std::optional<std::string> name;
  std::optional<Color> color;

  static std::string schema_name() { return "LabelItem"; }
  static constexpr auto fields() {
    return kith::fields(
        field("id", &LabelItem::id, {.doc = "Of a label in the book of the contact."}),
        field("name", &LabelItem::name,
              {.doc = "Used without an `id`. A new name makes a label.",
               .example = "Choir",
               .chars_max = label_name_chars_max}),
        field("color", &LabelItem::color, {.doc = "Ignored."}));
  }
};

/// The array of labels in a body, which `read_labels` reads.
using LabelList = json::Deferred<std::vector<LabelItem>>;

/// How the field is described.
inline constexpr FieldRules label_list_rules{
    .doc =
        "All labels that the contact shall have: names, or objects with an `id` or a `name`. "
        "Names that are new make labels. If absent or null, the labels stay.",
    .items_max = static_cast<int>(labels_max)};

/// Reads the labels in a body: an array whose elements are names or objects. Errors: `invalid`,
/// with the fields (`labels[2].name`). REQUIRES: a parser has accepted `array`.
Result<std::vector<LabelReference>> read_labels(std::string_view array, Time now);

}  // namespace kith::contacts
