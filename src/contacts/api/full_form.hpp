#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "contacts/api/card_view.hpp"
#include "contacts/api/contact_services.hpp"
#include "contacts/labels/label.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/photos/photo_links.hpp"
#include "contacts/rows/weigh.hpp"
#include "contacts/write/stored_contact.hpp"
#include "contacts/write/trash.hpp"
#include "http/memory_share.hpp"
#include "json/write.hpp"

/// The full form of contacts: the simple form, the card as JSContact, and what is kept beside it.
namespace kith::contacts {

/// The maximum number of contacts of a page in the full form.
inline constexpr int full_page_size_max = 100;

/// How contacts are answered.
enum class View : std::uint8_t { simple, full };
constexpr std::array<std::string_view, 2> names_of(View) { return {"simple", "full"}; }

/// The parameters of requests whose answers hold contacts.
struct ViewParams {
  View view = View::simple;
  MediaData photos = MediaData::linked;

  static constexpr auto fields() {
    return kith::fields(
        field("view", &ViewParams::view,
              {.doc = "`full`: with the card and everything else that is known. A page has at most "
                      "100 items then."}),
        field("photos", &ViewParams::photos,
              {.doc = "In cards, `inline` gives the data of photos as `data:` URIs, not the "
                      "address of the photo."}));
  }
};

/// The caller of a change, with the form of the answer.
struct ViewingCaller : http::Caller {
  ViewParams view;
};

/// The kinds of keys, in the order of KeyKind.
enum class ShownKeyKind : std::uint8_t { email, phone, name };
constexpr std::array<std::string_view, 3> names_of(ShownKeyKind) {
  return {"email", "phone", "name"};
}

/// A key of a contact: contacts with a common key may be duplicates.
struct ShownKey {
  ShownKeyKind kind = ShownKeyKind::email;
  std::string key;

  static std::string schema_name() { return "ContactKey"; }
  static constexpr auto fields() {
    return kith::fields(
        field("kind", &ShownKey::kind),
        field("key", &ShownKey::key,
              {.doc = "Folded; of a phone, the number in E.164 if it is known, else "
                      "its last 9 digits."}));
  }
};

/// What the full form has besides the simple form and the revision. `full_parts` fills it, except
/// for the labels.
struct FullParts {
  json::RawOf<JsContactCard> card = {};
  std::vector<ContactLabel> labels = {};
  std::optional<ContactPhoto> photo = {};
  std::int64_t book = default_book;
  std::string display_name = {};
  std::vector<ShownKey> keys = {};

  static constexpr auto fields() {
    return kith::fields(
        field("card", &FullParts::card, {.stored = false}),
        field("labels", &FullParts::labels, {.doc = "By name.", .stored = false}),
        field("photo", &FullParts::photo, {.stored = false}),
        field("book", &FullParts::book, {.doc = "Number of the address book.", .stored = false}),
        field(
            "display_name", &FullParts::display_name,
            {.doc = "The formatted name of the card, else first and last name.", .stored = false}),
        field("keys", &FullParts::keys,
              {.doc = "For exact look-ups and duplicates.", .stored = false}));
  }
};

/// The full form of `T`: a contact, or a contact with details of its list.
template <class T>
struct Full : T, FullParts {
  static std::string schema_name() { return "Full" + T::schema_name(); }
  static constexpr auto fields() {
    return T::fields() +
           kith::fields(field("revision", &Contact::revision,
                              {.doc = "The revision in the ETag.", .stored = false})) +
           FullParts::fields();
  }
};

/// Returns the entity tag of the full form.
inline std::string etag_of(const Full<Contact>& contact) { return entity_tag(contact, Form::full); }

/// The contact of a change, in a list of changes in the full form.
struct FullChange : ChangedContact {
  std::optional<Full<Contact>> contact = {};

  static std::string schema_name() { return "FullChange"; }
  static constexpr auto fields() {
    return ChangedContact::fields() +
           kith::fields(
               field("contact", &FullChange::contact,
                     {.doc = "Null if it was deleted. May be newer than this change, which "
                             "then comes again."}));
  }
};

/// A page of changes in the full form.
struct FullChangePage {
  std::vector<FullChange> items = {};
  std::string next_token = {};
  bool has_more = false;

  static std::string schema_name() { return "FullChanges"; }
  static constexpr auto fields() {
    return kith::fields(
        field("items", &FullChangePage::items, {.doc = "As without `view`, with each contact."}),
        field("next_token", &FullChangePage::next_token),
        field("has_more", &FullChangePage::has_more));
  }
};

/// How the full form of contacts is made.
struct FullOptions {
  AccountId owner;
  MediaData media = MediaData::linked;
  const PhotoLinks& links;
};

/// Returns what the full form of a contact has besides the simple form, without the labels.
/// REQUIRES: its card was read.
FullParts full_parts(const StoredContact& contact, const FullOptions& options);

/// The memory in which cards are shown, reserved until the answer is made.
class CardMemory {
 public:
  explicit CardMemory(AccountId owner) { memory_.set_owner(owner); }

  /// Reserves the memory to show another card; null: an implicit one, which is small. Returns the
  /// refusal if the memory for large answers is used up.
  std::optional<Error> add(const std::optional<Card>& card);

  /// Returns whether it takes so long to show the cards that a thread should do it.
  bool is_large() const { return reserved_ > on_loop_bytes_max; }

 private:
  static constexpr std::size_t on_loop_bytes_max = 1024 * 1024;  // about 5 ms

  http::AnswerShare memory_;
  std::size_t reserved_ = 0;
};

/// Runs `work`, which shows cards, on this loop or on a thread. Errors: `unavailable` when too many
/// requests wait for a thread.
template <class T>
Task<Result<T>> run_where_it_fits(Services& services, const CardMemory& memory,
                                  std::move_only_function<T()> work) {
  if (!memory.is_large()) co_return work();
  co_return co_await services.threads.run<T>(std::move(work));
}

/// Makes the full forms of one answer.
class FullForms {
 public:
  /// REQUIRES: the services outlive this.
  FullForms(Services& services, AccountId owner, const ViewParams& params)
      : services_(services), owner_(owner), media_(params.photos), memory_(owner) {}

  /// Returns the function that keeps pages of full forms small.
  Weigh weigher();

  /// Returns the full form of a contact that was just written.
  Task<Result<Full<Contact>>> of(Contact contact);

  /// Returns the changes with the full forms of their contacts. Errors: as of a list.
  Task<Result<FullChangePage>> of(ChangePage page);

  /// Returns the full forms of the contacts of a list, of those that are still in it. They are read
  /// again, so that the simple form and the card are of one revision. Errors: `unavailable` also
  /// from the store.
  template <class T>
  Task<Result<std::vector<Full<T>>>> of(std::vector<T> items);

 private:
  struct Shown {
    Contact contact;
    FullParts parts;
  };
  using Forms = std::unordered_map<ContactId, Shown>;

  Task<Result<Forms>> read(std::vector<ContactId> ids, bool in_trash);
  Task<Result<Forms>> read_unlabelled(std::vector<ContactId> ids, bool in_trash);

  Services& services_;
  AccountId owner_;
  MediaData media_;
  CardMemory memory_;
};

template <class T>
Task<Result<std::vector<Full<T>>>> FullForms::of(std::vector<T> items) {
  std::vector<ContactId> ids;
  ids.reserve(items.size());
  for (const T& item : items) ids.push_back(item.id);
  auto forms = co_await read(std::move(ids), std::is_same_v<T, TrashedContact>);
  if (!forms) co_return std::unexpected(std::move(forms.error()));
  std::vector<Full<T>> out;
  out.reserve(items.size());
  for (T& item : items) {
    const auto form = forms->find(item.id);
    if (form == forms->end()) continue;
    static_cast<Contact&>(item) = std::move(form->second.contact);
    out.push_back({std::move(item), std::move(form->second.parts)});
  }
  co_return out;
}

/// A page of `T` in one of the views.
template <class T>
using PageInView = std::variant<http::Page<T>, http::Page<Full<T>>>;

/// The reply `R` with a contact in one of the views.
template <template <class> class R>
using InView = std::variant<R<Contact>, R<Full<Contact>>>;

/// A page of changes in one of the views.
using ChangesInView = std::variant<http::Reply<ChangePage>, http::Reply<FullChangePage>>;

/// The view in which a request wants its contacts.
class Viewing {
 public:
  /// REQUIRES: the services outlive this.
  Viewing(Services& services, AccountId owner, const ViewParams& params) {
    if (params.view == View::full) forms_.emplace(services, owner, params);
  }

  /// Returns the maximum number of items of a page.
  int limit(int asked) const { return forms_ ? std::min(asked, full_page_size_max) : asked; }

  /// Returns what limits the bytes of a page besides its rows; null in the simple view.
  Weigh weigher() { return forms_ ? forms_->weigher() : Weigh(); }

  /// Returns a part of a list as a page. Errors: as of FullForms.
  template <class T>
  Task<Result<PageInView<T>>> page(Result<Slice<T>> slice) {
    if (!slice) co_return std::unexpected(std::move(slice.error()));
    if (!forms_) co_return http::Page<T>{std::move(slice->items), std::move(slice->next_cursor)};
    auto items = co_await forms_->of(std::move(slice->items));
    if (!items) co_return std::unexpected(std::move(items.error()));
    co_return http::Page<Full<T>>{*std::move(items), std::move(slice->next_cursor)};
  }

  /// Returns a contact that was just written, as the reply that `make` makes of its form. Errors:
  /// as of FullForms.
  template <class Make>
  auto reply(Contact contact, Make make)
      -> Task<Result<std::variant<decltype(make(contact)), decltype(make(Full<Contact>()))>>> {
    if (!forms_) co_return make(std::move(contact));
    auto full = co_await forms_->of(std::move(contact));
    if (!full) co_return std::unexpected(std::move(full.error()));
    co_return make(*std::move(full));
  }

  /// The same for changes.
  Task<Result<ChangesInView>> changes(Result<ChangePage> page);

 private:
  std::optional<FullForms> forms_;
};

}  // namespace kith::contacts

namespace kith::http {

/// Reads the query string too.
template <>
struct Extract<contacts::ViewingCaller> {
  static Result<contacts::ViewingCaller> from(Exchange& exchange) {
    auto view = Extract<Params<contacts::ViewParams>>::from(exchange);
    if (!view) return std::unexpected(std::move(view.error()));
    return contacts::ViewingCaller{*Extract<Caller>::from(exchange), view->value};
  }
};

/// Describes the query parameters.
template <>
struct DescribeArgument<contacts::ViewingCaller> : DescribeArgument<Params<contacts::ViewParams>> {
};

}  // namespace kith::http
