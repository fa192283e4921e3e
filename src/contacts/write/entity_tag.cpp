#include "contacts/write/entity_tag.hpp"

#include <algorithm>
#include <utility>

#include "contacts/model/card.hpp"

namespace kith::contacts {

namespace {

constexpr std::string_view stored_suffix = "c";
const std::string generated_suffix = "g" + std::to_string(generator_version);

std::string tag(std::int64_t revision, std::string_view suffix) {
  std::string text = "\"" + std::to_string(revision) + "-";
  return text.append(suffix).append("\"");
}

}  // namespace

std::string entity_tag(const Contact& contact, Form form) {
  return tag(contact.revision, suffixes_of_forms[std::to_underlying(form)]);
}

std::string card_tag(const StoredContact& contact) {
  return tag(contact.card_revision, contact.columns.has_card ? stored_suffix : generated_suffix);
}

KnownRevision revision_in_tag(std::int64_t revision, std::string_view suffix) {
  constexpr std::int64_t of_no_contact = -1;
  if (suffix == stored_suffix) return {revision, RevisionOf::stored_card};
  if (suffix == generated_suffix) return {revision, RevisionOf::generated_card};
  const bool is_of_form =
      suffix.empty() || std::ranges::find(suffixes_of_forms, suffix) != suffixes_of_forms.end();
  return is_of_form ? revision : of_no_contact;
}

}  // namespace kith::contacts
