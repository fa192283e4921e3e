#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/query.hpp"
#include "testing/fresh_database.hpp"

/// PostgreSQL's plans for the program's statements with many large accounts. The notes in
/// sqlite/plans_test.cpp apply here, too.
namespace kith {
namespace {

using store::Query;
using store::postgres::execute;
using test::DatabaseKind;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

// 2,001 accounts: one with 20,000 contacts, the others with 10 each. Half of the contacts have a
// birthday, one in ten is a favourite, one in a hundred is in the trash.
constexpr const char* fill = R"(
insert into accounts (id, username, email, role, password_hash, created_at, updated_at)
  select decode(md5(a::text), 'hex'), 'u', a || '@example.org', 'user', '', a, a
  from generate_series(0, 2000) a;
insert into account_rev (account_id, rev)
  select decode(md5(a::text), 'hex'), 20000 from generate_series(0, 2000) a;
insert into contacts (account_id, id, rev, deleted_at, not_favorite, birth_key, sort_key,
    search_text, phone_digits, first_name, favorite, created_at, updated_at, derived_version)
  select decode(md5((case when n <= 20000 then 0 else n % 2000 + 1 end)::text), 'hex'),
    decode(md5('c' || n), 'hex'), n, case when n % 100 = 0 then n end, (n % 10 > 0)::int,
    case when n % 2 = 0 then n % 12 * 100 + n % 31 end, decode(md5('s' || n), 'hex'),
    md5('t' || n), '', 'Name', (n % 10 = 0)::int, n, n, 1::bigint << 40
  from generate_series(1, 40000) n;
insert into contact_changes (account_id, rev, contact_id, previous_rev, changed_at,
    change_group, actor, source, kind)
  select account_id, rev, id, 0, updated_at, rev, account_id, 'api', 'create' from contacts;
insert into contact_tombstones (account_id, rev, contact_id, deleted_at)
  select account_id, 200000 + rev, id, rev from contacts where rev % 50 = 0;
analyze)";

// 60,000 more contacts, 100,000 in total, and as many rows in the other tables that jobs query.
constexpr const char* fill_more = R"(
insert into contacts (account_id, id, rev, deleted_at, not_favorite, sort_key, search_text,
    phone_digits, favorite, created_at, updated_at, derived_version)
  select decode(md5((n % 2000 + 1)::text), 'hex'), decode(md5('c' || n), 'hex'), n,
    case when n % 100 = 0 then n end, 1, '', '', '', 0, n, n, 1::bigint << 40
  from generate_series(40001, 100000) n;
insert into sessions (account_id, id, created_at, expires_at)
  select account_id, id, 1, rev from contacts;
insert into refresh_tokens (token_hash, account_id, session_id, expires_at)
  select id, account_id, id, rev from contacts;
insert into one_time_tokens (token_hash, purpose, account_id, expires_at)
  select id, 'verify_email', account_id, rev from contacts;
insert into idempotency_keys (account_id, key_hash, request_hash, created_at, lease_until)
  select account_id, id, id, rev, 0 from contacts;
insert into audit_log (id, at, action, account_id, address)
  select id, 1, 'signed_in', account_id, '' from contacts;
insert into mail_outbox (id, recipient, subject, created_at, give_up_at, lease_until, attempts)
  select id, '', '', 1, 1, 0, 1 from contacts;
analyze)";

class PostgresPlans : public testing::TestWithParam<test::DatabaseKind> {
 protected:
  PostgresPlans() {
    database_.migrated();
    set("plan_cache_mode = force_generic_plan");
  }

  void fill_tables() { execute(database_.session().get(), fill); }
  void fill_more_tables() { execute(database_.session().get(), fill_more); }

  void set(const std::string& what) { execute(session_.get(), "set " + what); }

  /// Returns the generic plan that a connection uses after some executions.
  std::vector<std::string> plan(const Query& query) {
    const auto run = [this](const std::string& text) { return execute(session_.get(), text); };
    run("prepare p as " + query.postgres_text());
    const auto parameters = run("select cardinality(parameter_types) from pg_prepared_statements");
    std::string nulls;
    for (int i = std::stoi(PQgetvalue(parameters.get(), 0, 0)); i > 0; --i) {
      nulls += nulls.empty() ? "(null" : ", null";
    }
    const auto rows = run("explain execute p" + (nulls.empty() ? "" : nulls + ")"));
    run("deallocate p");
    std::vector<std::string> steps;
    for (int row = 0; row < PQntuples(rows.get()); ++row) {
      steps.emplace_back(PQgetvalue(rows.get(), row, 0));
    }
    return steps;
  }

  static const Query& named(std::string_view name) {
    const auto found = std::ranges::find(Query::all(), name, &Query::name);
    if (found == Query::all().end()) throw std::out_of_range(std::string(name));
    return **found;
  }

 private:
  const test::FreshDatabase database_{GetParam()};
  const store::postgres::Handle session_ =
      database_.session(store::postgres::ConnectionKind::point);
};

// Statements that read a whole table on purpose, as in sqlite/plans_test.cpp.
const std::set<std::string_view> whole_tables{"accounts.list", "jobs.list", "store.schema_version"};

TEST_P(PostgresPlans, EveryStatementUsesAnIndex) {
  fill_tables();
  // PostgreSQL rightly reads tables of a few rows in full; the test checks that it can avoid it.
  int seen = 0;
  for (const Query* query : Query::all()) {
    if (query->name().starts_with("test.") || whole_tables.contains(query->name())) continue;
    ++seen;
    EXPECT_THAT(plan(*query), Each(Not(HasSubstr("Seq Scan")))) << query->name();
  }
  EXPECT_GT(seen, 30) << "the features' statements are not linked in";
}

struct Access {
  const char* name;
  const char* index;
};

TEST_P(PostgresPlans, ListsSeekTheirPositionWithoutSorting) {
  fill_tables();
  for (const Access& each : {Access{"contacts.list_favorites", "contacts_names"},
                             Access{"contacts.list_created", "contacts_created"},
                             Access{"contacts.list_updated", "contacts_updated"},
                             Access{"contacts.search_rows", "contacts_names"},
                             Access{"contacts.birthdays", "contacts_birthday"}}) {
    const auto steps = plan(named(each.name));
    EXPECT_THAT(steps, Contains(HasSubstr(each.index))) << each.name;
    EXPECT_THAT(steps, Each(Not(HasSubstr("Sort")))) << each.name;
    EXPECT_THAT(steps, Each(Not(HasSubstr("Bitmap")))) << each.name;
  }
}

TEST_P(PostgresPlans, ASearchReadsContactsByTheirIds) {
  fill_tables();
  const auto steps = plan(named("contacts.search_fetch"));
  EXPECT_THAT(steps, Contains(HasSubstr("Index Cond: ((account_id = $1) AND (id = substr(")))
      << testing::PrintToString(steps);
}

TEST_P(PostgresPlans, HalvesAndChangesAreMergedInIndexOrder) {
  fill_tables();
  for (const char* name : {"contacts.list_name", "contacts.changes"}) {
    EXPECT_THAT(plan(named(name)), Contains(HasSubstr("Merge Append"))) << name;
  }
}

TEST_P(PostgresPlans, ASearchReadsOnlyTheChanges) {
  fill_tables();
  const auto steps = plan(named("contacts.search_changes"));
  for (const char* index : {"contacts_updated", "contacts_deletions", "contact_tombstones_pkey"}) {
    EXPECT_THAT(steps, Contains(HasSubstr(index))) << testing::PrintToString(steps);
  }
}

TEST_P(PostgresPlans, PointReadsUseAKey) {
  fill_tables();
  for (const Access& each : {Access{"contacts.get", "contacts_pkey"},
                             Access{"contacts.next_revision", "account_rev_pkey"},
                             Access{"store.lock_account", "account_rev_pkey"},
                             Access{"contacts.last_change", "contact_changes_pkey"}}) {
    const auto steps = plan(named(each.name));
    EXPECT_THAT(steps, Contains(HasSubstr(each.index))) << each.name;
    EXPECT_THAT(steps, Each(Not(HasSubstr("Seq Scan")))) << each.name;
  }
}

TEST_P(PostgresPlans, JobsUseAnIndex) {
  fill_tables();
  fill_more_tables();
  for (const Access& each :
       {Access{"contacts.old_trash", "contacts_trash"},
        Access{"contacts.old_tombstones", "contact_tombstones_age"},
        Access{"contacts.outdated", "contacts_outdated"},
        Access{"contacts.any_outdated", "contacts_outdated"},
        Access{"contacts.count_outdated", "contacts_outdated"},
        Access{"contacts.derived_sweep", "contacts_pkey"},
        Access{"contacts.first_changes", "account_rev_pkey"},
        Access{"contacts.first_changes", "contact_changes_pkey"},
        Access{"sessions.expired", "sessions_expiry"},
        Access{"sessions.delete_expired_links", "one_time_tokens_expiry"},
        Access{"sessions.delete_old_tokens", "refresh_tokens_session"},
        Access{"setup.delete_links", "one_time_tokens_setup"},
        Access{"repeats.purge", "idempotency_keys_created"},
        Access{"mail.purge", "mail_outbox_pkey"}, Access{"audit.delete_old", "audit_log_pkey"}}) {
    const auto steps = plan(named(each.name));
    EXPECT_THAT(steps, Contains(HasSubstr(each.index))) << each.name;
    EXPECT_THAT(steps, Each(Not(HasSubstr("Seq Scan")))) << each.name;
    EXPECT_THAT(steps, Each(Not(HasSubstr("Sort")))) << each.name;
  }
}

TEST_P(PostgresPlans, IdsUseTheKeyWithoutStatistics) {
  for (const char* name : {"contacts.get", "contacts.get_trashed", "contacts.get_with_trash",
                           "contacts.search_fetch", "contacts.update", "contacts.move"}) {
    EXPECT_THAT(plan(named(name)), Contains(HasSubstr("contacts_pkey"))) << name;
  }
}

std::vector<test::DatabaseKind> servers() {
  if (test::test_server().empty()) return {};
  return {test::DatabaseKind::postgres};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresPlans);
INSTANTIATE_TEST_SUITE_P(Databases, PostgresPlans, testing::ValuesIn(servers()), test::kind_name);

}  // namespace
}  // namespace kith
