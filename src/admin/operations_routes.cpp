#include "admin/operations_routes.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "http/handler.hpp"
#include "http/paging.hpp"
#include "jobs/runner.hpp"
#include "mail/outbox.hpp"

namespace kith::admin {

using http::Page;
using http::Params;
using http::Reply;
using mail::MailView;

namespace {

struct MailListParams {
  int limit = limits::page_size_default;
  std::optional<MailId> cursor;

  static constexpr auto fields() {
    return kith::fields(field("limit", &MailListParams::limit, http::limit_rules),
                        field("cursor", &MailListParams::cursor, http::cursor_rules));
  }
};

Task<Result<Page<MailView>>> list_mails(Operations& operations, Params<MailListParams> params) {
  const auto& [limit, cursor] = params.value;
  auto mails = co_await mail::list_mails(operations.store, cursor, limit + 1);
  co_return http::page_of(std::move(mails), limit);
}

Task<Result<Reply<MailView>>> retry_mail(Operations& operations, MailId id, Time now) {
  auto mail = co_await mail::retry_mail(operations.store, id, now);
  if (!mail) co_return std::unexpected(std::move(mail.error()));
  co_return Reply<MailView>{*std::move(mail)};
}

struct Jobs {
  std::vector<jobs::JobState> items;

  static std::string schema_name() { return "Jobs"; }
  static constexpr auto fields() { return kith::fields(field("items", &Jobs::items)); }
};

Task<Result<Reply<Jobs>>> list_jobs(Operations& operations) {
  auto states = co_await jobs::job_states(operations.store);
  if (!states) co_return std::unexpected(std::move(states.error()));
  co_return Reply<Jobs>{{*std::move(states)}};
}

}  // namespace

std::vector<http::Route> operations_routes(Operations* operations) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {get, "/api/v1/admin/mail", endpoint<&list_mails>(operations), service_inspect, "list_mails",
       "List queued, sent and failed mails, newest first"},
      {post,
       "/api/v1/admin/mail/{id}/retry",
       endpoint<&retry_mail>(operations),
       service_inspect,
       "retry_mail",
       "Retry a failed mail",
       {Errc::conflict}},
      {get, "/api/v1/admin/jobs", endpoint<&list_jobs>(operations), service_inspect, "list_jobs",
       "List the periodic jobs with the time and result of their last runs"},
  };
}

}  // namespace kith::admin
