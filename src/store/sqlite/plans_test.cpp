#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/temporary_folder.hpp"
#include "store/query.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/database.hpp"

/// SQLite's plans for every statement of the program: the cost for an account must not depend on
/// what it or others have stored.
namespace kith {
namespace {

using store::Query;
using store::sqlite::Connection;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// 100,000 contacts of 2,000 accounts, one in a hundred in the trash, and as many rows in the other
// tables that jobs query; none of them is old.
constexpr const char* fill = R"(
create temp table n as with recursive n (i) as
  (select 0 union all select i + 1 from n where i < 99999) select i, i % 2000 as a from n;
insert into accounts (id, username, email, role, password_hash, created_at, updated_at)
  select cast(printf('%016d', a) as blob), 'u', '', 'user', '', 1, 1 from n where i < 2000;
insert into account_rev (account_id, rev)
  select cast(printf('%016d', a) as blob), 100000 from n where i < 2000;
insert into contacts (account_id, id, rev, deleted_at, not_favorite, sort_key, search_text,
    phone_digits, favorite, created_at, updated_at, derived_version)
  select cast(printf('%016d', a) as blob), cast(printf('%016d', i) as blob), i,
    case when i % 100 = 0 then 1000 + i end, 1, x'00', '', '', 0, i, i, 1 << 40 from n;
insert into contact_changes (account_id, rev, contact_id, previous_rev, changed_at,
    change_group, actor, source, kind)
  select account_id, rev, id, 0, 1000 + rev, 0, account_id, 'api', 'created' from contacts;
insert into contact_tombstones (account_id, rev, contact_id, deleted_at)
  select account_id, 200000 + rev, id, 1000 + rev from contacts;
insert into sessions (account_id, id, created_at, expires_at)
  select account_id, id, 1, 1000 + rev from contacts;
insert into refresh_tokens (token_hash, account_id, session_id, expires_at)
  select id, account_id, id, 1000 + rev from contacts;
insert into one_time_tokens (token_hash, purpose, account_id, expires_at)
  select id, 'verify_email', account_id, 1000 + rev from contacts;
insert into idempotency_keys (account_id, key_hash, request_hash, created_at, lease_until)
  select account_id, id, id, 1000 + rev, 0 from contacts;
insert into audit_log (id, at, action, account_id, address)
  select id, 1, 'signed_in', account_id, '' from contacts;
insert into mail_outbox (id, recipient, subject, created_at, give_up_at, lease_until, attempts)
  select id, '', '', 1, 1, 0, 1 from contacts;
)";

class Plans : public testing::Test {
 protected:
  Plans() {
    store::sqlite::open({.path = folder_.file()})->migrate();
    connection_.emplace(folder_.file(), store::sqlite::Mode::read);
  }

  std::vector<std::string> plan(const Query& query) {
    const std::string text =
        "explain query plan " + store::sqlite::to_sqlite_parameters(query.text());
    std::vector<std::string> steps;
    const auto add = [](void* to, int, char** cells, char**) {
      static_cast<std::vector<std::string>*>(to)->emplace_back(cells[3]);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(connection_->handle(), text.c_str(), add, &steps, nullptr), SQLITE_OK)
        << query.name();
    return steps;
  }

  static const Query& named(std::string_view name) {
    const auto found = std::ranges::find(Query::all(), name, &Query::name);
    if (found == Query::all().end()) throw std::out_of_range(std::string(name));
    return **found;
  }

  void fill_tables(const char* text) {
    Connection writing(folder_.file(), store::sqlite::Mode::write);
    writing.execute("pragma synchronous = off; begin");
    writing.execute(text);
    writing.execute("commit");
  }

  /// Runs a statement and rolls it back. Returns the number of SQLite's virtual machine
  /// instructions, and the number of rows stepped over in scans of whole tables or indexes.
  std::pair<int, int> cost(const Query& query, const std::vector<std::string>& literals) {
    std::string text = query.text();
    for (std::size_t i = literals.size(); i > 0; --i) {
      const std::string parameter = "$" + std::to_string(i);
      for (auto at = text.find(parameter); at != std::string::npos; at = text.find(parameter)) {
        text.replace(at, parameter.size(), literals[i - 1]);
      }
    }
    Connection writing(folder_.file(), store::sqlite::Mode::write);
    writing.execute("begin");
    const auto statement = writing.prepare(text);
    while (writing.step(statement.get())) {
    }
    const std::pair found{sqlite3_stmt_status(statement.get(), SQLITE_STMTSTATUS_VM_STEP, 0),
                          sqlite3_stmt_status(statement.get(), SQLITE_STMTSTATUS_FULLSCAN_STEP, 0)};
    writing.execute("rollback");
    return found;
  }

 private:
  const TemporaryFolder folder_;
  std::optional<Connection> connection_;
};

// Statements that read a whole table on purpose: the administrator's list, tables of a few rows,
// and queries that jobs run hourly on their own thread.
const std::set<std::string_view> whole_tables{"accounts.list", "jobs.list", "store.schema_version"};

/// Returns whether the scanned subquery has a bounded number of rows.
bool has_few_rows(std::string_view step) {
  constexpr std::string_view subqueries[] = {"CONSTANT ROW", "n", "p", "x", "x LEFT-JOIN", "chain"};
  return step.ends_with("USING INDEX accounts_administrators") ||
         step.ends_with("USING INDEX avatars_unused") ||
         step.ends_with("USING INDEX photo_thumbnails_unused") ||
         step.ends_with("USING INDEX contacts_outdated") ||
         step.ends_with("INDEX one_time_tokens_setup") ||
         step.ends_with(" CONSTANT ROWS") ||     // the rows of an insertion
         step.starts_with("SCAN (subquery-") ||  // the input of a window function
         (step.starts_with("SCAN ") &&
          std::ranges::find(subqueries, step.substr(5)) != std::end(subqueries));
}

TEST_F(Plans, NoStatementReadsAWholeTable) {
  int seen = 0;
  for (const Query* query : Query::all()) {
    if (query->name().starts_with("test.") || whole_tables.contains(query->name())) continue;
    ++seen;
    for (const std::string& step : plan(*query)) {
      if (!has_few_rows(step)) EXPECT_THAT(step, Not(HasSubstr("SCAN"))) << query->name();
    }
  }
  EXPECT_GT(seen, 30) << "the features' statements are not linked in";
}

struct Order {
  const char* name;
  std::vector<std::string> steps;
};

class ListPlans : public Plans, public testing::WithParamInterface<Order> {};

TEST_P(ListPlans, ReadNoMoreThanTheyMust) {
  EXPECT_EQ(plan(named(GetParam().name)), GetParam().steps);
}

const std::string half_of_the_names =
    "SEARCH contacts USING INDEX contacts_names "
    "(account_id=? AND not_favorite=? AND (sort_key,id)>(?,?))";
const std::string half_of_the_names_of_a_book =
    "SEARCH contacts USING INDEX contacts_book_names "
    "(account_id=? AND book=? AND not_favorite=? AND (sort_key,id)>(?,?))";

// Reads the contacts of the label alone, and sorts them.
const std::vector<std::string> of_a_label{
    "SEARCH x USING COVERING INDEX contact_labels_label (account_id=? AND label_id=?)",
    "SEARCH c USING PRIMARY KEY (account_id=? AND id=?)", "USE TEMP B-TREE FOR ORDER BY"};

INSTANTIATE_TEST_SUITE_P(
    Contacts, ListPlans,
    testing::Values(
        Order{"contacts.list_favorites",
              {"SEARCH contacts USING INDEX contacts_names (account_id=? AND "
               "(not_favorite,sort_key,id)>(?,?,?) AND not_favorite<?)"}},
        Order{"contacts.list_name",
              {"MERGE (UNION ALL)", "LEFT", half_of_the_names, "RIGHT", half_of_the_names}},
        Order{"contacts.list_created",
              {"SEARCH contacts USING INDEX contacts_created "
               "(account_id=? AND (created_at,id)<(?,?))"}},
        Order{"contacts.list_updated",
              {"SEARCH contacts USING INDEX contacts_updated (account_id=? AND (rev,id)<(?,?))"}},
        Order{"contacts.list_label_favorites", of_a_label},
        Order{"contacts.list_label_name", of_a_label},
        Order{"contacts.list_label_created", of_a_label},
        Order{"contacts.list_label_updated", of_a_label},
        Order{"contacts.birthdays",
              {"SEARCH contacts USING INDEX contacts_birthday "
               "(account_id=? AND (birth_key,id)>(?,?) AND birth_key<?)"}}));

// Contacts of the default book are in no index of books: its lists skip those of other books.
INSTANTIATE_TEST_SUITE_P(
    DefaultBook, ListPlans,
    testing::Values(
        Order{"contacts.list_favorites_default",
              {"SEARCH contacts USING INDEX contacts_names (account_id=? AND "
               "(not_favorite,sort_key,id)>(?,?,?) AND not_favorite<?)"}},
        Order{"contacts.list_name_default",
              {"MERGE (UNION ALL)", "LEFT", half_of_the_names, "RIGHT", half_of_the_names}},
        Order{"contacts.list_created_default",
              {"SEARCH contacts USING INDEX contacts_created "
               "(account_id=? AND (created_at,id)<(?,?))"}},
        Order{"contacts.list_updated_default",
              {"SEARCH contacts USING INDEX contacts_updated (account_id=? AND (rev,id)<(?,?))"}},
        Order{"contacts.birthdays_default",
              {"SEARCH contacts USING INDEX contacts_birthday "
               "(account_id=? AND (birth_key,id)>(?,?) AND birth_key<?)"}}));

INSTANTIATE_TEST_SUITE_P(
    OtherBook, ListPlans,
    testing::Values(
        Order{"contacts.list_favorites_book",
              {"SEARCH contacts USING INDEX contacts_book_names (account_id=? AND book=? AND "
               "(not_favorite,sort_key,id)>(?,?,?) AND not_favorite<?)"}},
        Order{"contacts.list_name_book",
              {"MERGE (UNION ALL)", "LEFT", half_of_the_names_of_a_book, "RIGHT",
               half_of_the_names_of_a_book}},
        Order{"contacts.list_created_book",
              {"SEARCH contacts USING INDEX contacts_book_created "
               "(account_id=? AND book=? AND (created_at,id)<(?,?))"}},
        Order{"contacts.list_updated_book",
              {"SEARCH contacts USING INDEX contacts_book_updated "
               "(account_id=? AND book=? AND (rev,id)<(?,?))"}},
        Order{"contacts.birthdays_book",
              {"SEARCH contacts USING INDEX contacts_book_birthday "
               "(account_id=? AND book=? AND (birth_key,id)>(?,?) AND birth_key<?)"}}));

class ChangePlans : public Plans, public testing::WithParamInterface<const char*> {};

TEST_P(ChangePlans, MergeIndexesByRevision) {
  const auto steps = plan(named(GetParam()));
  for (const char* index : {"contacts USING INDEX contacts_updated (account_id=? AND rev>?)",
                            "contacts USING INDEX contacts_deletions (account_id=? AND rev>?)",
                            "contact_tombstones USING PRIMARY KEY (account_id=? AND rev>?)"}) {
    EXPECT_THAT(steps, testing::Contains(HasSubstr(index)));
  }
}

INSTANTIATE_TEST_SUITE_P(Contacts, ChangePlans,
                         testing::Values("contacts.changes", "contacts.search_changes"));

TEST_F(Plans, ASearchReadsContactsByTheirIds) {
  EXPECT_THAT(
      plan(named("contacts.search_fetch")),
      testing::IsSupersetOf({"SEARCH r USING PRIMARY KEY (account_id=?)", "SCAN n",
                             "SEARCH c USING PRIMARY KEY (account_id=? AND id=?) LEFT-JOIN"}));
  EXPECT_THAT(plan(named("contacts.search_rows")),
              ElementsAre("SEARCH contacts USING INDEX contacts_names (account_id=? AND "
                          "(not_favorite,sort_key,id)>(?,?,?))"));
}

TEST_F(Plans, ABookIsReadByItsIndex) {
  const std::string range =
      "contacts USING INDEX contacts_book (account_id=? AND book=? AND "
      "card_rev>?)";
  for (const char* name :
       {"books.contacts", "books.count_contacts", "books.delete", "books.next_revision_if_empty"}) {
    EXPECT_THAT(plan(named(name)), testing::Contains(HasSubstr(range))) << name;
  }
  EXPECT_THAT(plan(named("books.count_all_contacts")),
              ElementsAre("SEARCH contacts USING INDEX contacts_book (account_id=? AND book>?)"));
}

struct JobQuery {
  const char* name;
  std::vector<std::string> values;  ///< SQL literals, in order
  int steps_max;                    ///< instructions of SQLite's virtual machine
};

const std::string no_id = "x'00000000000000000000000000000000'";
const std::vector<JobQuery> job_queries{{"contacts.old_trash", {"999", "500"}, 100},
                                        {"contacts.old_tombstones", {"999"}, 100},
                                        {"contacts.old_urls", {"999"}, 100},
                                        {"contacts.outdated", {no_id, no_id, "100"}, 200},
                                        {"contacts.any_outdated", {}, 100},
                                        {"contacts.count_outdated", {}, 100},
                                        {"contacts.derived_sweep", {no_id, no_id, "100"}, 4000},
                                        {"contacts.first_changes", {no_id, "500"}, 15'000},
                                        {"sessions.expired", {"999", "20"}, 100},
                                        {"sessions.delete_expired_links", {"999"}, 200},
                                        {"setup.delete_links", {}, 200},
                                        {"repeats.purge", {"999", "500"}, 300},
                                        {"mail.purge", {no_id, "500"}, 300},
                                        {"audit.delete_old", {no_id, "500"}, 300}};

/// The cost of a job's query does not depend on stored data while nothing is old.
TEST_F(Plans, JobsReadOnlyOldRows) {
  fill_tables(fill);
  for (const JobQuery& each : job_queries) {
    const auto [steps, scanned] = cost(named(each.name), each.values);
    EXPECT_LT(steps, each.steps_max) << each.name;
    EXPECT_EQ(scanned, 0) << each.name << " read rows from end to end";
  }
}

TEST_F(Plans, ARefreshReadsNothingOfOlderTokens) {
  EXPECT_THAT(plan(named("sessions.delete_old_tokens")),
              ElementsAre("SEARCH refresh_tokens USING COVERING INDEX refresh_tokens_session "
                          "(account_id=? AND session_id=? AND expires_at<?)"));
}

}  // namespace
}  // namespace kith
