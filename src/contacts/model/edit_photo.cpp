#include "contacts/model/edit_photo.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "contacts/model/projection.hpp"
#include "vcard/editor.hpp"
#include "vcard/values/base64.hpp"
#include "vcard/values/media.hpp"

namespace kith::contacts {

namespace {

using vcard::NewLine;
using vcard::NewParam;
using vcard::Param;
using vcard::Version;

/// Parameters that describe an image or how its bytes are written.
constexpr std::array<std::string_view, 5> image_params{"ENCODING", "VALUE", "MEDIATYPE", "CHARSET",
                                                       "X-ABCROP-RECTANGLE"};

NewLine new_photo(std::string_view jpeg, Version version) {
  std::string bytes = vcard::encode_base64(jpeg);
  switch (version) {
    case Version::v4_0: return {.name = "PHOTO", .value = "data:image/jpeg;base64," + bytes};
    case Version::v3_0:
      return {.name = "PHOTO",
              .value = std::move(bytes),
              .params = {{"ENCODING", {"b"}}, {"TYPE", {"JPEG"}}}};
    case Version::v2_1: break;
  }
  return {.name = "PHOTO",
          .value = std::move(bytes),
          .params = {{"ENCODING", {"BASE64"}}, {"TYPE", {"JPEG"}}}};
}

bool is_place(const std::string& type) { return vcard::is_place(ascii_lower(type)); }

/// Returns whether a parameter has types of which one is a file format.
bool names_format(const Param& param) {
  return (param.is_bare || param.is("TYPE")) && !std::ranges::all_of(param.values(), is_place);
}

bool describes_image(const Param& param) {
  return names_format(param) ||
         std::ranges::any_of(image_params, [&](auto name) { return param.is(name); });
}

/// Returns the edit of the line of the old photo. The new parameters come last, also in the edit of
/// a line that has been edited like this.
vcard::LineEdit replacement(const vcard::Line& line, NewLine photo) {
  vcard::LineEdit edit{.value = std::move(photo.value), .drops = describes_image};
  for (const Param& param : line.params()) {
    if (!names_format(param)) continue;
    for (std::string& type : param.values()) {
      if (is_place(type)) edit.added_params.push_back({"TYPE", {std::move(type)}});
    }
  }
  std::ranges::move(photo.params, std::back_inserter(edit.added_params));
  return edit;
}

Result<Card> finished(const Card& card, const vcard::Editor& editor, Time now) {
  if (!editor.is_edited()) return card;
  return Card::parse(editor.finish(now), card.favorite());
}

}  // namespace

Result<Card> with_photo(const Card& card, std::string_view jpeg, Time now) {
  const vcard::Document& document = card.document();
  vcard::Editor editor(document);
  NewLine photo = new_photo(jpeg, document.version());
  const auto shown = photo_of(card).line;
  if (shown) {
    editor.replace(*shown, replacement(document.line(*shown), std::move(photo)));
  } else {
    editor.add(photo);
  }
  return finished(card, editor, now);
}

Result<Card> without_photo(const Card& card, Time now) {
  vcard::Editor editor(card.document());
  for (const vcard::Line& line : card.document().find_all("PHOTO")) editor.remove(line.index);
  return finished(card, editor, now);
}

}  // namespace kith::contacts
