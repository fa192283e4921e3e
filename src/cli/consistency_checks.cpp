#include "cli/consistency_checks.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include <fmt/core.h>

namespace kith::cli {

namespace {

constexpr std::string_view restore = "restore a backup, or report this line";

constexpr std::array checks{
    ConsistencyCheck{Health::ill, "accounts", "accounts without a revision",
                     "select count(*) from accounts a where not exists "
                     "(select 1 from account_rev r where r.account_id = a.id)",
                     restore},
    ConsistencyCheck{Health::ill, "accounts", "accounts without an address, which cannot sign in",
                     "select count(*) from accounts a where not exists "
                     "(select 1 from account_emails e where e.account_id = a.id)",
                     restore},
    ConsistencyCheck{Health::ill, "accounts", "accounts with a wrong contact count",
                     "select count(*) from account_rev r where contact_count <> "
                     "(select count(*) from contacts c where c.account_id = r.account_id)",
                     restore},
    ConsistencyCheck{
        Health::ill, "contacts", "contacts with a revision beyond that of their account",
        "select count(*) from contacts c join account_rev r on r.account_id = c.account_id "
        "where c.rev > r.rev",
        restore},
    ConsistencyCheck{Health::ill, "contacts", "contacts whose card is missing or is not theirs",
                     "select count(*) from contacts c where has_card <> (select count(*) "
                     "from cards k where k.account_id = c.account_id and k.id = c.id)",
                     restore},
    ConsistencyCheck{Health::ill, "contacts", "cards with a revision beyond that of their contact",
                     "select count(*) from contacts where card_rev > rev", restore},
    ConsistencyCheck{Health::doubtful, "contacts", "keys of contacts that no longer exist",
                     "select count(*) from contact_keys k where not exists (select 1 "
                     "from contacts c where c.account_id = k.account_id and c.id = k.contact_id)",
                     restore},
    ConsistencyCheck{Health::ill, "history", "changes with a revision beyond that of their account",
                     "select count(*) from contact_changes c join account_rev r "
                     "on r.account_id = c.account_id where c.rev > r.rev",
                     restore},
    ConsistencyCheck{
        Health::doubtful, "history", "accounts with a wrong history size",
        "select count(*) from account_rev r where history_bytes <> (select coalesce(sum(150 + "
        "coalesce(octet_length(old_values), 0) + coalesce(octet_length(old_card), 0)), 0) "
        "from contact_changes c "
        "where c.account_id = r.account_id)",
        "the job recount_histories corrects them within a day"},
    ConsistencyCheck{Health::doubtful, "cards", "accounts with a wrong size of their cards",
                     "select count(*) from account_rev r where card_bytes <> "
                     "(select coalesce(sum(bytes), 0) from cards k "
                     "where k.account_id = r.account_id)",
                     "the job recount_histories corrects them within a day"},
    ConsistencyCheck{Health::doubtful, "storage",
                     "accounts that have used over 90 % of KITH_ACCOUNT_BYTES_MAX",
                     "select count(*) from account_rev "
                     "where card_bytes + history_bytes > $bytes_max / 10 * 9",
                     "raise it, or ask the users to delete large contacts permanently"},
    ConsistencyCheck{Health::ill, "pictures",
                     "accounts whose picture does not match the stored one",
                     "select count(*) from accounts a where (a.avatar_url <> '') <> (exists "
                     "(select 1 from avatars v where v.account_id = a.id and v.state = 'current'))",
                     "ask the users to upload their pictures again"},
    ConsistencyCheck{Health::doubtful, "clock", "contacts with a change in the future",
                     "select count(*) from contacts where updated_at > $now + 300000000",
                     "synchronise the clocks of all machines (chrony, systemd-timesyncd)"},
    ConsistencyCheck{Health::doubtful, "mails",
                     "mails that could not be sent in the last seven days",
                     "select count(*) from mail_outbox where failed_at > $now - 604800000000",
                     "kith mail test ADDRESS says why"},
    ConsistencyCheck{Health::doubtful, "mails", "mails that have waited for more than an hour",
                     "select count(*) from mail_outbox where next_try_at is not null "
                     "and created_at < $now - 3600000000",
                     "kith mail test ADDRESS says why; they are tried again"},
    ConsistencyCheck{Health::doubtful, "jobs", "failing jobs",
                     "select count(*) from jobs where failures > 0",
                     "kith jobs runs them and says why"},
};

void replace_mark(std::string& text, std::string_view mark, std::string_view by) {
  if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), by);
}

}  // namespace

std::span<const ConsistencyCheck> consistency_checks() { return checks; }

std::optional<Finding> run_check(store::Bulk& bulk, const ConsistencyCheck& check,
                                 const CheckContext& context) {
  constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
  const std::int64_t bytes_max = context.account_bytes_max;
  std::string text(check.count);
  replace_mark(text, "$now", std::to_string(context.now.micros));
  replace_mark(text, "$bytes_max", std::to_string(bytes_max == 0 ? unlimited : bytes_max));
  const std::int64_t count = bulk.number(text);
  if (count == 0) return std::nullopt;
  return Finding{check.health, std::string(check.what), fmt::format("{}: {}", check.text, count),
                 std::string(check.advice)};
}

}  // namespace kith::cli
