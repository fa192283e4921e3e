#include "contacts/api/full_form.hpp"

#include "contacts/model/projection.hpp"
#include "http/problem.hpp"

namespace kith::contacts {

namespace {

/// The share of the parts of a card in the weight of its contact, if the answer has no data: they
/// are in memory while the answer is made.
constexpr std::size_t part_share = 4;

/// The JSON of a card may be this many times as large as its bytes.
constexpr std::size_t json_growth = 2;

/// Memory to show a card, for each of its bytes and lines: the bytes as read, the values of the
/// view and their JSON.
constexpr std::size_t memory_per_byte = 4;
constexpr std::size_t memory_per_line = 512;

std::vector<ShownKey> keys_of_contact(const Card& card) {
  std::vector<ShownKey> keys;
  for (ContactKey& each : keys_of(card)) {
    const auto kind = static_cast<ShownKeyKind>(std::to_underlying(each.kind) - 1);
    keys.push_back({kind, std::move(each.key)});
  }
  return keys;
}

}  // namespace

FullParts full_parts(const StoredContact& contact, const FullOptions& options) {
  const Card card = contact.card();
  return {
      .card = {jscontact_text(with_bytes(card, contact.id), contact.id, options.media)},
      .photo = options.links.photo_of(options.owner, contact.id, contact.columns, Clock().now()),
      .book = contact.columns.book,
      .display_name = contact.columns.display.value_or(display_name(contact)),
      .keys = keys_of_contact(card)};
}

Weigh FullForms::weigher() {
  return [this](std::vector<ContactId> ids) -> Task<Result<std::vector<std::size_t>>> {
    const auto sizes = co_await services_.contacts.card_sizes(owner_, ids);
    if (!sizes) co_return std::unexpected(sizes.error());
    const std::size_t share = media_ == MediaData::inlined ? 1 : part_share;
    std::vector<std::size_t> bytes;
    bytes.reserve(sizes->size());
    for (const CardSize& size : *sizes) {
      bytes.push_back(size.content * json_growth + size.parts / share);
    }
    co_return bytes;
  };
}

std::optional<Error> CardMemory::add(const std::optional<Card>& card) {
  if (!card) return std::nullopt;
  reserved_ += card->bytes().size() * memory_per_byte + card->document().size() * memory_per_line;
  const bool is_small = reserved_ <= limits::kept_buffer_bytes_max;
  if (is_small || memory_.grow_to(reserved_)) return std::nullopt;
  return http::too_many_answers();
}

Task<Result<FullForms::Forms>> FullForms::read(std::vector<ContactId> ids, bool in_trash) {
  auto labels = co_await services_.labels.of_contacts(owner_, ids);
  if (!labels) co_return std::unexpected(std::move(labels.error()));
  auto forms = co_await read_unlabelled(ids, in_trash);
  if (!forms) co_return forms;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto form = forms->find(ids[i]);
    if (form != forms->end()) form->second.parts.labels = std::move((*labels)[i]);
  }
  co_return forms;
}

Task<Result<FullForms::Forms>> FullForms::read_unlabelled(std::vector<ContactId> ids,
                                                          bool in_trash) {
  const auto contacts = co_await services_.contacts.get_cards(owner_, ids, store::Lane::point);
  if (!contacts) co_return std::unexpected(contacts.error());
  for (const auto& [id, contact] : *contacts) {
    if (auto refused = memory_.add(contact.explicit_card)) co_return std::unexpected(*refused);
  }
  co_return co_await run_where_it_fits<Forms>(services_, memory_, [&] {
    const FullOptions options{owner_, media_, services_.photo_links};
    Forms forms;
    for (const auto& [id, contact] : *contacts) {
      const bool is_wanted = contact.deleted_at.has_value() == in_trash;
      if (is_wanted) forms.emplace(id, Shown{contact, full_parts(contact, options)});
    }
    return forms;
  });
}

Task<Result<Full<Contact>>> FullForms::of(Contact contact) {
  std::vector<Contact> one;
  one.push_back(std::move(contact));
  auto forms = co_await of(std::move(one));
  if (!forms) co_return std::unexpected(std::move(forms.error()));
  if (forms->empty()) co_return no_such_contact();  // deleted meanwhile
  co_return std::move(forms->front());
}

Task<Result<FullChangePage>> FullForms::of(ChangePage page) {
  std::vector<ContactId> ids;
  for (const ChangedContact& change : page.items) {
    if (!change.deleted) ids.push_back(change.id);
  }
  auto forms = co_await read(std::move(ids), false);
  if (!forms) co_return std::unexpected(std::move(forms.error()));
  FullChangePage full{.next_token = std::move(page.next_token), .has_more = page.has_more};
  full.items.reserve(page.items.size());
  for (const ChangedContact& change : page.items) {
    FullChange& item = full.items.emplace_back(FullChange{change});
    const auto form = forms->find(change.id);
    if (change.deleted || form == forms->end()) continue;
    item.contact.emplace(
        Full<Contact>{std::move(form->second.contact), std::move(form->second.parts)});
  }
  co_return full;
}

Task<Result<ChangesInView>> Viewing::changes(Result<ChangePage> page) {
  if (!page) co_return std::unexpected(std::move(page.error()));
  if (!forms_) co_return http::Reply<ChangePage>{*std::move(page)};
  auto full = co_await forms_->of(*std::move(page));
  if (!full) co_return std::unexpected(std::move(full.error()));
  co_return http::Reply<FullChangePage>{*std::move(full)};
}

}  // namespace kith::contacts
