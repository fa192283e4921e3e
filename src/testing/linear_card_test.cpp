#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "contacts/model/edit.hpp"
#include "contacts/model/projection.hpp"
#include "testing/contact_cards.hpp"
#include "testing/linear.hpp"

/// Projections and edits take time linear in the card.
namespace kith::test {

namespace {

constexpr std::size_t bytes = 48 * 1024;

void project_and_edit(const std::string& input) {
  auto card = Card::parse(input);
  if (!card) return;
  (void)contacts::project(*card, {.now = test_now});
  ContactFields fields = contacts::simple_form(*card, test_now);
  fields.first_name = "Ann";
  fields.last_name = "Doe";
  fields.email = email_of("a@x.example");
  fields.phone = "1";
  fields.birthday = birthday_of("--02-29");
  fields.notes = "note";
  (void)contacts::edit(*card, fields, {.now = test_now});
}

TEST(Linear, ProjectionsAndEdits) {
  const std::string head = "BEGIN:VCARD\r\nVERSION:3.0\r\n";
  const std::string end = "\r\nEND:VCARD\r\n";
  struct Input {
    std::string_view name;
    std::string before;
    std::string unit;
  };
  for (const auto& [name, before, unit] : std::initializer_list<Input>{
           {"many e-mail addresses", "", "EMAIL;TYPE=pref:a@x.example\r\n"},
           {"many phones", "", "TEL;TYPE=fax:+49 30 1234567\r\n"},
           {"many names", "", "N:;;;;\r\nFN: \r\n"},
           {"many birthdays", "", "BDAY:in spring\r\n"},
           {"many groups", "", "item1.EMAIL:a@x.example\r\nitem1.X-ABLabel:a\r\n"},
           {"many notes", "", "NOTE:ä\\n\r\n"},
           {"a long name", "N:Doe;", "Jane Doe "},
           {"a name of many components", "N:", ";"},
           {"a name of many values", "N:Doe;", "a,"},
           {"a long formatted name", "N:Jane\r\nFN:", "Jane "},
           {"a long note", "NOTE:", "e\xCC\x81\\n "},
           {"a long e-mail address", "EMAIL:", "a@"},
           {"a long phone", "TEL:", "1,"},
           {"a long tel URI", "TEL:tel:1", ";ext=1"},
           {"a long birthday", "BDAY:1990-05-17T", "1"},
           {"many labels", "CATEGORIES:", "a\\,b,"},
           {"many lists of labels", "", "CATEGORIES:a,b,c,d,e\r\n"},
           {"a long photo", "PHOTO;ENCODING=b:R0lGODlh", "AAAA\r\n "},
           {"a long UID", "UID:", "urn:uuid:"},
           {"many members", "KIND:group\r\n", "MEMBER:urn:uuid:a\r\n"},
           {"many photos", "", "PHOTO;ENCODING=b:aaaa\r\n"},
           {"combining marks", "FN:a", "\xCC\x81\xCC\xA3"}}) {
    expect_linear({.name = name,
                   .bytes = bytes,
                   .make = filled(head + before, unit, end),
                   .run = project_and_edit});
  }
}

}  // namespace

}  // namespace kith::test
