#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "base/time.hpp"
#include "contacts/model/color.hpp"
#include "contacts/model/label.hpp"
#include "contacts/write/stored_contact.hpp"

/// Labels as clients see them.
namespace kith::contacts {

/// What a client may change of a label.
struct LabelFields {
  std::string name;
  std::optional<Color> color;

  static std::string schema_name() { return "LabelFields"; }
  static constexpr auto fields() {
    return kith::fields(
        field(
            "name", &LabelFields::name,
            {.doc = "Unique in its address book; case and accents do not count. Not `starred` and "
                    "not `myContacts`, which Google uses for other purposes.",
             .example = "Choir",
             .chars_min = 1,
             .chars_max = label_name_chars_max,
             .required = true}),
        field("color", &LabelFields::color, {.doc = "As `#RRGGBB`.", .example = "#3366CC"}));
  }

  std::vector<FieldError> check(Time) const {
    if (!is_reserved_label(name)) return {};
    return {{"name", "is reserved"}};
  }

  bool operator==(const LabelFields&) const = default;
};

/// A label to create.
struct NewLabel : LabelFields {
  std::int64_t book = default_book;

  static std::string schema_name() { return "NewLabel"; }
  static constexpr auto fields() {
    return LabelFields::fields() +
           kith::fields(field("book", &NewLabel::book,
                              {.doc = "Number of the address book that the label belongs to.",
                               .example = "1",
                               .value_min = 1,
                               .value_max = std::numeric_limits<int>::max()}));
  }
};

/// A label as it is shown.
struct Label : LabelFields {
  LabelId id;
  std::int64_t book = default_book;
  std::int64_t contacts = 0;
  std::int64_t revision = 0;  ///< shown as ETag

  static std::string schema_name() { return "Label"; }
  static constexpr auto fields() {
    return kith::fields(field("id", &Label::id)) + LabelFields::fields() +
           kith::fields(
               field("book", &Label::book, {.doc = "Number of its address book."}),
               field("contacts", &Label::contacts,
                     {.doc = "Number of contacts with the label, without those in the trash."}));
  }
};

/// A label of a contact.
struct ContactLabel {
  LabelId id;
  std::string name;
  std::optional<Color> color;

  static std::string schema_name() { return "ContactLabel"; }
  static constexpr auto fields() {
    return kith::fields(field("id", &ContactLabel::id), field("name", &ContactLabel::name),
                        field("color", &ContactLabel::color));
  }

  bool operator==(const ContactLabel&) const = default;
};

}  // namespace kith::contacts
