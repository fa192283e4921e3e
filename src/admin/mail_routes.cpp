#include "admin/mail_routes.hpp"

#include <optional>
#include <utility>

#include "base/limits.hpp"
#include "http/handler.hpp"
#include "mail/outbox.hpp"

namespace kith::app {

using http::Page;
using http::Params;
using http::Reply;
using mail::MailView;

namespace {

struct MailListParams {
  int limit = limits::page_size_default;
  std::optional<MailId> cursor;

  static constexpr auto fields() {
    return kith::fields(
        field("limit", &MailListParams::limit,
              {.doc = "How many at most.", .value_min = 1, .value_max = limits::page_size_max}),
        field("cursor", &MailListParams::cursor,
              {.doc = "`next_cursor` of the page before.", .chars_min = 1}));
  }
};

Task<Result<Page<MailView>>> list_mails(Service& service, Params<MailListParams> params) {
  const auto& [limit, cursor] = params.value;
  auto mails = co_await mail::list_mails(service.store, cursor, limit + 1);
  if (!mails) co_return std::unexpected(std::move(mails.error()));
  Page<MailView> page{*std::move(mails), std::nullopt};
  if (page.items.size() > static_cast<std::size_t>(limit)) {
    page.items.pop_back();
    page.next_cursor = page.items.back().id.to_string();
  }
  co_return page;
}

Task<Result<Reply<MailView>>> retry_mail(Service& service, MailId id, Time now) {
  auto mail = co_await mail::retry_mail(service.store, id, now);
  if (!mail) co_return std::unexpected(std::move(mail.error()));
  co_return Reply<MailView>{*std::move(mail)};
}

}  // namespace

std::vector<http::Route> mail_routes(Service* service) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {get, "/api/v1/admin/mail", endpoint<&list_mails>(service), service_inspect, "list_mails",
       "Mails that wait, were sent or have failed, the newest first"},
      {post,
       "/api/v1/admin/mail/{id}/retry",
       endpoint<&retry_mail>(service),
       service_inspect,
       "retry_mail",
       "Try again to send a mail that has failed",
       {Errc::conflict}},
  };
}

}  // namespace kith::app
