#include <string>

#include <gtest/gtest.h>

#include "testing/fresh_database.hpp"

/// Databases with older schemas are migrated together with their data.
namespace kith::store {
namespace {

class Upgrade : public testing::TestWithParam<test::DatabaseKind> {
 protected:
  void migrate_to(std::size_t schema) const {
    fresh_.open(store::migrations().first(schema))->migrate();
  }

  /// Returns a literal of bytes in each database's syntax.
  std::string bytes(const std::string& hex) const {
    return GetParam() == test::DatabaseKind::sqlite ? "x'" + hex + "'" : "'\\x" + hex + "'";
  }

  /// Adds an account with a session and two contacts, in schema 2.
  void fill() const {
    const std::string account = bytes("01");
    fresh_.value("insert into accounts values (" + account +
                 ", 'Ann', 'ann@example.org', 'admin', 'hash', 5, 6)");
    fresh_.value("insert into account_emails values ('ann@example.org', " + account + ")");
    fresh_.value("insert into account_rev values (" + account + ", 7)");
    fresh_.value("insert into sessions values (" + account + ", " + bytes("02") + ", 8, 9)");
    for (const char* id : {"03", "04"}) {
      fresh_.value(
          "insert into contacts (account_id, id, rev, not_favorite, sort_key, search_text, "
          "phone_digits, first_name, favorite, created_at, updated_at) values (" +
          account + ", " + bytes(id) + ", 7, 1, " + bytes("AA") + ", 'bob', '', 'Bob', 0, 1, 2)");
    }
  }

  /// Adds two changes, one with old values of 14 bytes.
  void add_history() const {
    for (const char* values : {"6, 'created', null", R"(7, 'changed', '{"notes":"é"}')"}) {
      fresh_.value(
          "insert into contact_changes (account_id, contact_id, previous_rev, changed_at, unit, "
          "actor, door, rev, kind, old_values) values (" +
          bytes("01") + ", " + bytes("03") + ", 0, 1, 0, " + bytes("01") + ", 'rest', " + values +
          ")");
    }
  }

  /// Adds a card of 40 bytes with a part of 9 bytes, in schema 19.
  void add_card() const {
    fresh_.value("insert into cards (account_id, id, content, version) values (" + bytes("01") +
                 ", " + bytes("03") + ", " + bytes(std::string(80, 'A')) + ", 1)");
    fresh_.value("insert into card_parts (account_id, contact_id, hash, content) values (" +
                 bytes("01") + ", " + bytes("03") + ", " + bytes("05") + ", " +
                 bytes(std::string(18, 'B')) + ")");
  }

  const test::FreshDatabase fresh_{GetParam()};
};

TEST_P(Upgrade, KeepsTheData) {
  const std::size_t newest = store::migrations().size();
  for (std::size_t schema = 2; schema <= newest; ++schema) {
    migrate_to(schema);
    if (schema == 2) fill();
    if (schema == 3) add_history();
    if (schema == 19) add_card();
    EXPECT_EQ(fresh_.value("select count(*) from contacts where first_name = 'Bob'"), "2");
    EXPECT_EQ(fresh_.value("select rev from account_rev"), "7");
    EXPECT_EQ(fresh_.value("select role from accounts where username = 'Ann'"), "admin");
  }
  EXPECT_EQ(fresh_.value("select contact_count from account_rev"), "2");
  EXPECT_EQ(fresh_.value("select history_bytes from account_rev"), "314") << "bytes, not letters";
  EXPECT_EQ(fresh_.value("select card_bytes from account_rev"), "49") << "a card and its part";
  EXPECT_EQ(fresh_.value("select status from accounts"), "active");
  EXPECT_EQ(fresh_.value("select verified_at from accounts"), "5") << "addresses from before count";
  EXPECT_EQ(fresh_.value("select last_used_at from sessions"), "8");
  EXPECT_EQ(fresh_.value("select count(*) from contacts where derived_version = 0"), "2")
      << "a job recomputes them";
  EXPECT_EQ(fresh_.value("select count(*) from contacts where card_rev = 7 and rev = 7 and "
                         "book = 1 and has_card = 0 and uid is null and resource is null"),
            "2");
}

INSTANTIATE_TEST_SUITE_P(Databases, Upgrade, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::store
