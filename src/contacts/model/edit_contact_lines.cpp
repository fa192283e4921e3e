#include "contacts/model/card_edit.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/tel.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

using vcard::Line;
using vcard::LineEdit;
using vcard::NewLine;
using vcard::Param;
using vcard::Version;

bool names_uri(const Param& param) {
  return param.is("VALUE") && vcard::same_name(param.first_value(), "URI");
}

/// Returns the edit of a line that may be a tel URI.
LineEdit with_phone(const Line& line, std::string_view phone) {
  const bool was_uri = vcard::is_tel_uri(vcard::text_of(line));
  const auto uri = was_uri ? vcard::tel_uri(phone) : std::nullopt;
  if (uri) return with_value(line, *uri);
  LineEdit edit = with_text(line, phone);
  drop_params(edit, names_uri);
  return edit;
}

}  // namespace

NewLine new_email(std::string_view address, Version version) {
  NewLine line{.name = "EMAIL"};
  if (version != Version::v4_0) line.params.push_back({"TYPE", {"INTERNET"}});
  return new_line(std::move(line), address, version);
}

void edit_email(const CardEdit& edit) {
  if (edit.wanted.email == edit.shown.email) return;
  const auto& index = edit.simple.email;
  if (!edit.wanted.email) {
    if (index) edit.editor.remove(*index);
    return;
  }
  const std::string& address = edit.wanted.email->text;
  if (!index) return edit.editor.add(new_email(address, edit.version()));
  LineEdit line = with_text(edit.lines.line(*index), address);
  drop_params(line, names_uri);
  edit.editor.replace(*index, line);
}

void edit_phone(const CardEdit& edit) {
  if (edit.wanted.phone == edit.shown.phone) return;
  const auto& index = edit.simple.phone;
  if (!edit.wanted.phone) {
    if (index) edit.editor.remove(*index);
    return;
  }
  if (index) {
    edit.editor.replace(*index, with_phone(edit.lines.line(*index), *edit.wanted.phone));
  } else {
    edit.editor.add(new_line({.name = "TEL"}, *edit.wanted.phone, edit.version()));
  }
}

}  // namespace kith::contacts
