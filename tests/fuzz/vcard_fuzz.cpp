// Reads bytes as a card and as a file of cards, asks all that can be asked of the lines, converts
// the card, maps it to JSContact and jCard, edits a line, and edits the JSContact form. Fails if a
// byte is lost, if a line that was not edited has changed, if a value that was written is read
// differently, if a converted card is refused, or if an unedited JSContact form changes the card.
// Build with -fsanitize=fuzzer,address,undefined.
//
// Input: the edit (1 byte), the line that it is about (1 byte), the number of bytes of the new
// value (1 byte), the new value, then the file.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "vcard/cards.hpp"
#include "vcard/convert/convert.hpp"
#include "vcard/document.hpp"
#include "vcard/editor.hpp"
#include "vcard/groups.hpp"
#include "vcard/jcard.hpp"
#include "vcard/jscontact/apply.hpp"
#include "vcard/jscontact/view.hpp"
#include "vcard/values/charset.hpp"

namespace {

using namespace kith;
using namespace kith::vcard;

constexpr Time now{1'796'072'872'000'000};

[[noreturn]] void fail(const char* what, std::string_view before, std::string_view after) {
  std::fprintf(stderr, "%s\n--- before:\n%.*s\n--- after:\n%.*s\n", what,
               static_cast<int>(before.size()), before.data(), static_cast<int>(after.size()),
               after.data());
  std::abort();
}

/// Checks that the lines cover the card, and uses every function of a line.
void inspect(const Document& document) {
  std::string all;
  const Groups groups(document);
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    all += line.bytes;
    if (line.value().size() > 2 * line.bytes.size()) fail("a value has grown", line.bytes, "");
    const std::vector<Param> params = line.params();
    for (const Param& param : params) {
      if (param.values().empty()) fail("a parameter without a value", line.bytes, "");
    }
    [[maybe_unused]] const ParamMeaning meaning = meaning_of(params);
    const auto label = groups.label_of(line);
    if (label && !same_name(label->group, line.group)) fail("a label of another group", all, "");
  }
  if (all != document.bytes()) fail("the lines are not the card", document.bytes(), all);
  const std::string unedited = Editor(document).finish(now);
  if (unedited != document.bytes()) fail("an unedited card changes", document.bytes(), unedited);
}

void inspect_cards(std::string_view file) {
  Cards cards(file);
  while (const auto card = cards.next()) {
    if (card->document && card->document->bytes() != card->bytes) {
      fail("a card of a file is another one", card->bytes, card->document->bytes());
    }
  }
}

void convert_all(const Document& document) {
  for (const Version version : {Version::v3_0, Version::v4_0}) {
    const std::string converted = convert(document, {.version = version, .uid = "fuzz"});
    const auto again = read(converted);
    if (!again) fail("a converted card is refused", document.bytes(), converted);
    if (again->version() != version) {
      fail("a converted card has another version", document.bytes(), converted);
    }
  }
  if (boost::json::serialize(jscontact::view_of(document).card).empty()) {
    fail("a card has no JSContact", document.bytes(), "");
  }
  const auto jcard = jcard_of(document, "fuzz");
  if (!jcard || boost::json::serialize(*jcard).empty()) {
    fail("a card has no jCard", document.bytes(), "");
  }
}

/// The first property of the card itself from a line on.
std::optional<Line> property_from(const Document& document, std::size_t index) {
  for (std::size_t i = index; i < document.size(); ++i) {
    const Line line = document.line(i);
    if (line.kind == LineKind::property && line.depth == 0 && !line.is("REV")) return line;
  }
  return std::nullopt;
}

/// Whether the bytes of the properties of `document` but `left_out` and REV follow each other in
/// `after`. A property may lose the blanks at its beginning, and the last line get an end.
bool has_others(const Document& document, std::size_t left_out, std::string_view after) {
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    const bool is_label = line.is("X-ABLABEL") || line.is("X-ABADR");
    if (i == left_out || line.kind != LineKind::property || line.is("REV") || is_label) continue;
    const std::string_view bytes =
        line.bytes.substr(std::min(line.bytes.find_first_not_of(" \t"), line.bytes.size()));
    const auto at = after.find(bytes);
    if (at == std::string_view::npos) return false;
    after.remove_prefix(at + bytes.size());
  }
  return true;
}

/// Replaces, removes or adds text in a JSON value: what `index` leads to.
void mutate(boost::json::value& at, std::size_t index, const std::string& text) {
  if (at.is_object() && !at.as_object().empty()) {
    auto member = at.as_object().begin();
    std::advance(member, static_cast<std::ptrdiff_t>(index % at.as_object().size()));
    if (index % 7 == 0) {
      at.as_object().erase(member);
    } else if (index % 11 == 0) {
      at.as_object()[text] = text;
    } else {
      mutate(member->value(), index / 2 + 1, text);
    }
  } else if (at.is_array() && !at.as_array().empty()) {
    mutate(at.as_array()[index % at.as_array().size()], index / 2 + 1, text);
  } else {
    at = text;
  }
}

/// Edits the JSContact form of a card.
void apply_mutated(const Document& document, std::size_t index, std::string_view text) {
  boost::json::value card = jscontact::view_of(document).card;
  const auto unedited = jscontact::apply(document, card.as_object());
  if (!unedited || *unedited != document.bytes()) {
    fail("an unedited JSContact form changes the card", document.bytes(),
         unedited ? *unedited : unedited.error().pointer);
  }
  mutate(card, index, repaired_utf8(text));
  const auto edited = jscontact::apply(document, card.as_object(), {.now = now});
  if (!edited) return;
  const auto again = read(*edited);
  if (!again) fail("an edited JSContact form gives no card", document.bytes(), *edited);
  const auto shown = jscontact::view_of(*again).card;
  const auto twice = jscontact::apply(*again, shown, {.now = now});
  if (!twice || *twice != *edited) fail("an edited form is not stable", *edited, *twice);
}

enum class Edit : std::uint8_t { replace, remove, add, add_behind };

void edit(const Document& document, Edit kind, std::size_t index, std::string value) {
  const auto line = property_from(document, document.size() == 0 ? 0 : index % document.size());
  if (!line) return;
  Editor editor(document);
  const NewLine added{
      .name = "X-NEW", .value = value, .params = {{"X-P", {value}}}, .group = "new"};
  switch (kind) {
    case Edit::replace: editor.replace(line->index, {.value = std::move(value)}); break;
    case Edit::remove: editor.remove(line->index); break;
    case Edit::add: editor.add(added); break;
    case Edit::add_behind: editor.add_after(line->index, added); break;
  }
  const std::string after = editor.finish(now);
  const bool touches_line = kind == Edit::replace || kind == Edit::remove;
  if (!has_others(document, touches_line ? line->index : document.size(), after)) {
    fail("an edit changes other lines", document.bytes(), after);
  }
  const auto changed = read(after);
  if (!changed) fail("an edited card is refused", document.bytes(), after);
  const bool adds = kind == Edit::add || kind == Edit::add_behind;
  if (adds && changed->find_all("X-NEW").size() != document.find_all("X-NEW").size() + 1) {
    fail("an added line is not found", document.bytes(), after);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t header_bytes = 3;
  if (size < header_bytes) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + header_bytes,
                               size - header_bytes);
  const std::size_t value_bytes = std::min<std::size_t>(data[2], input.size());
  const std::string_view file = input.substr(value_bytes);
  inspect_cards(file);
  const auto document = read(std::string(file));
  if (!document) return 0;
  inspect(*document);
  convert_all(*document);
  edit(*document, static_cast<Edit>(data[0] % 4), data[1],
       std::string(input.substr(0, value_bytes)));
  apply_mutated(*document, data[1], input.substr(0, value_bytes));
  return 0;
}
