#include "contacts/api/card_input.hpp"

#include <optional>
#include <string>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/limits.hpp"
#include "contacts/api/card_view.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/simple_lines.hpp"
#include "vcard/jscontact/apply.hpp"
#include "vcard/jscontact/card.hpp"
#include "vcard/jscontact/patch.hpp"

namespace kith::contacts {

namespace {

using boost::json::object;
using vcard::jscontact::ShapeError;

/// Pointers are cut to this size in errors.
constexpr std::size_t pointer_bytes_max = 300;

/// Cuts a pointer at the end of a character.
std::string shortened(std::string pointer) {
  if (pointer.size() <= pointer_bytes_max) return pointer;
  std::size_t size = pointer_bytes_max;
  while ((static_cast<unsigned char>(pointer[size]) & 0xC0) == 0x80) --size;
  pointer.resize(size);
  return pointer + "...";
}

std::unexpected<Error> wrong_shape(const ShapeError& error) {
  std::string pointer = "/card";
  if (!error.pointer.empty() && !error.pointer.starts_with('/')) pointer += '/';
  pointer += error.pointer;
  return std::unexpected(invalid_field(shortened(std::move(pointer)), error.message));
}

/// Replaces data that are equal to those of the card by the URI that `linked` shows for them, so
/// that a card that was read with its data can be put back.
void link_data(object& wanted, const object& linked, const object& inlined) {
  for (const char* member : {"media", "cryptoKeys"}) {
    const auto* entries = wanted.if_contains(member) ? wanted[member].if_object() : nullptr;
    const auto* links = linked.if_contains(member);
    const auto* data = inlined.if_contains(member);
    if (!entries || !links || !data) continue;
    for (auto& [id, value] : wanted[member].get_object()) {
      auto* entry = value.if_object();
      const auto* uri = entry ? entry->if_contains("uri") : nullptr;
      const auto* had = data->as_object().if_contains(id);
      const auto* link = links->as_object().if_contains(id);
      const bool is_same = uri && had && link && *uri == had->as_object().at("uri");
      if (is_same) (*entry)["uri"] = link->as_object().at("uri");
    }
  }
}

/// Returns what a card is to show.
std::expected<object, ShapeError> wanted_of(const CardInput& input, object shown) {
  object given = boost::json::parse(input.json).as_object();
  if (input.edit == CardEdit::replace) return given;
  if (input.edit == CardEdit::merge) {
    vcard::jscontact::merge_patch(shown, given);
    return shown;
  }
  const auto patched = vcard::jscontact::patch_object(shown, given);
  if (!patched) return std::unexpected(patched.error());
  return shown;
}

/// Returns the bytes of the card of a contact after `input`.
std::expected<std::string, ShapeError> edited(const vcard::Document& document,
                                              const CardInput& input, const ContactId& id,
                                              Time now) {
  const auto linked = view_options(document, id, MediaData::linked);
  object shown = vcard::jscontact::view_of(document, linked).card;
  const bool has_data = input.json.find("data:") != std::string_view::npos;
  const object before = has_data ? shown : object();
  auto wanted = wanted_of(input, std::move(shown));
  if (!wanted) return std::unexpected(std::move(wanted.error()));
  if (has_data) link_data(*wanted, before, vcard::jscontact::view_of(document).card);
  return vcard::jscontact::apply(document, *wanted, {.now = now, .view = linked});
}

bool shows_name(const Card& card, Time now) {
  return read_simple(CardLines(card.document()), now).name_source != NameSource::none;
}

/// Returns a card of these bytes that has anything to show as a name.
Result<Card> named_card(std::string bytes, std::optional<bool> favorite, Time now) {
  auto card = Card::parse(std::move(bytes), favorite);
  if (card && !shows_name(*card, now)) {
    return std::unexpected(invalid_field(
        "/card/name", "is required unless the card has another property to show as a name"));
  }
  return card;
}

}  // namespace

Result<Card> card_of(const CardInput& input, const ContactId& id, const StoredContact* current,
                     Time now) {
  if (!current) {
    const auto wanted = wanted_of(input, {});
    if (!wanted) return wrong_shape(wanted.error());
    auto bytes = vcard::jscontact::new_card(*wanted);
    if (!bytes) return wrong_shape(bytes.error());
    return named_card(*std::move(bytes), {}, now);
  }
  const Card before = with_bytes(current->card(), id);
  if (before.document().size() > limits::card_json_lines_max) {
    return std::unexpected(invalid_field(
        "/card", "can be changed only as text/vcard, because the card has more than " +
                     std::to_string(limits::card_json_lines_max) + " lines"));
  }
  auto bytes = edited(before.document(), input, id, now);
  if (!bytes) return wrong_shape(bytes.error());
  if (*bytes == before.bytes()) return current->card();
  return named_card(*std::move(bytes), current->favorite, now);
}

}  // namespace kith::contacts
