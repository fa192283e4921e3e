#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/temporary_folder.hpp"
#include "store/query.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/database.hpp"

/// How SQLite gets at the rows of every statement of the program: an account must not cost more for
/// what others, or it itself, have stored.
namespace kith {
namespace {

using store::Query;
using store::sqlite::Connection;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

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

 private:
  const TemporaryFolder folder_;
  std::optional<Connection> connection_;
};

// What reads a whole table on purpose: the administrator's list, tables of a few rows, and what
// jobs ask once an hour on a thread of its own.
const std::set<std::string_view> whole_tables{"accounts.list",
                                              "setup.delete_links",
                                              "jobs.list",
                                              "contacts.old_trash",
                                              "contacts.old_tombstones",
                                              "contacts.old_history",
                                              "sessions.expired",
                                              "sessions.delete_expired_links",
                                              "store.schema_version"};

/// Whether what is read from end to end has been bounded before.
bool has_few_rows(std::string_view step) {
  constexpr std::string_view subqueries[] = {"CONSTANT ROW", "n", "p", "x", "x LEFT-JOIN", "chain"};
  return step.ends_with("USING INDEX accounts_administrators") ||
         step.ends_with("USING INDEX avatars_unused") ||
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

TEST_P(ListPlans, SeekThePositionAndSortNothing) {
  EXPECT_EQ(plan(named(GetParam().name)), GetParam().steps);
}

const std::string half_of_the_names =
    "SEARCH contacts USING INDEX contacts_names "
    "(account_id=? AND not_favorite=? AND (sort_key,id)>(?,?))";

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
        Order{"contacts.birthdays",
              {"SEARCH contacts USING INDEX contacts_birthday "
               "(account_id=? AND (birth_key,id)>(?,?) AND birth_key<?)"}}));

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

TEST_F(Plans, ASearchSeeksItsContactsByTheirIds) {
  EXPECT_THAT(
      plan(named("contacts.search_fetch")),
      testing::IsSupersetOf({"SEARCH r USING PRIMARY KEY (account_id=?)", "SCAN n",
                             "SEARCH c USING PRIMARY KEY (account_id=? AND id=?) LEFT-JOIN"}));
  EXPECT_THAT(plan(named("contacts.search_rows")),
              ElementsAre("SEARCH contacts USING INDEX contacts_names (account_id=? AND "
                          "(not_favorite,sort_key,id)>(?,?,?))"));
}

}  // namespace
}  // namespace kith
