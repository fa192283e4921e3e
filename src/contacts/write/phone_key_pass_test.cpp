#include "contacts/write/phone_key_pass.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "contacts/model/dial_plans.hpp"
#include "testing/cards_fixture.hpp"
#include "testing/watched_store.hpp"

/// Tests of the keys of national phone numbers, which depend on the region of the account.
namespace kith::contacts {
namespace {

using testing::Contains;
using testing::Not;

const store::Query set_region("test.set_region",
                              "update accounts set default_region = $2, region_pass = $3, "
                              "updated_at = $4 where id = $1");

class Regions : public Cards {
 protected:
  ContactId add_phone(const std::string& phone) {
    const ContactId id = ContactId::make(now());
    const Operation operation{
        .kind = ChangeKind::created, .id = id, .change = [phone](const Contact*) {
          ContactFields fields;
          fields.first_name = "Ann";
          fields.phone = phone;
          return Result<Card>(fields);
        }};
    EXPECT_TRUE(apply(operation));
    return id;
  }

  /// Sets the region as `PATCH /users/me` does.
  void choose(const char* region, AccountId account) {
    EXPECT_TRUE(
        run(store_->write_one(account, set_region, values(account, region, ContactId{}, now()))));
  }
  void choose(const char* region) { choose(region, owner_); }

  int renew(store::Store& store) {
    return run(renew_phone_keys(store, {now().micros + 10'000'000})).value();
  }
  int renew() { return renew(*store_); }

  std::string country_of(ContactId id) {
    return fresh_.value("select country_code from contacts where id = " + literal(id));
  }

  std::string literal(ContactId id) const {
    std::string hex;
    for (const char c : std::string(id.uuid.bytes())) {
      constexpr const char* digits = "0123456789abcdef";
      hex += digits[static_cast<unsigned char>(c) >> 4];
      hex += digits[static_cast<unsigned char>(c) & 15];
    }
    return GetParam() == test::DatabaseKind::sqlite ? "x'" + hex + "'" : "'\\x" + hex + "'";
  }
};

TEST_P(Regions, ANationalNumberHasTheCodeOfTheRegion) {
  country_code_ = 43;
  const ContactId id = add_phone("0676 1234567");
  EXPECT_THAT(keys_of_contact(id), Contains("2 +436761234567"));
  country_code_ = 49;
  rename(id, "Zoe");
  EXPECT_THAT(keys_of_contact(id), Contains("2 +496761234567"));
  EXPECT_THAT(keys_of_contact(id), Not(Contains("2 +436761234567")));
  check_keys(id);
  country_code_ = 0;
  set(id, &ContactFields::favorite, std::optional(true));
  EXPECT_THAT(keys_of_contact(id), Contains("2 761234567"));
  check_keys(id);
}

TEST_P(Regions, AnotherRegionRenewsTheKeysWithoutANewRevision) {
  const ContactId national = add_phone("0676 1234567");
  const ContactId international = add_phone("+49 30 1234567");
  const ContactId card =
      add(vcard_of("FN:Jane|TEL:0676 7654321|TEL:+49 30 1|EMAIL:a@example.org|"));
  const std::string before = fresh_.value("select sum(rev) from contacts");
  choose("AT");
  EXPECT_EQ(renew(), 2);
  EXPECT_THAT(keys_of_contact(national), Contains("2 +436761234567"));
  EXPECT_THAT(keys_of_contact(card), Contains("2 +436767654321"));
  EXPECT_EQ(country_of(international), "0") << "its keys are the same";
  for (const ContactId& id : {national, international, card}) check_keys(id);
  EXPECT_EQ(fresh_.value("select sum(rev) from contacts"), before);
  EXPECT_EQ(fresh_.value("select count(*) from accounts where region_pass is not null"), "0");
  EXPECT_EQ(renew(), 0);
  choose("DE");
  EXPECT_EQ(renew(), 2);
  EXPECT_THAT(keys_of_contact(national), Contains("2 +496761234567"));
  EXPECT_THAT(keys_of_contact(national), Not(Contains("2 +436761234567")));
  for (const ContactId& id : {national, international, card}) check_keys(id);
}

TEST_P(Regions, APassWorksInPiecesAndContinues) {
  constexpr int count = 2 * limits::derived_rows_max + 7;
  for (int i = 0; i < count; ++i) add_phone("0676 " + std::to_string(1'000'000 + i));
  const AccountId other = new_account();
  choose("AT");
  choose("AT", other);
  store::WatchedStore dying(*store_);
  dying.writes_left = 1;
  EXPECT_FALSE(run(renew_phone_keys(dying, {now().micros + 10'000'000})));
  EXPECT_EQ(fresh_.value("select count(*) from contacts where country_code = 43"),
            std::to_string(limits::derived_rows_max));
  EXPECT_EQ(renew(), count - limits::derived_rows_max);
  EXPECT_EQ(fresh_.value("select count(*) from contacts where country_code = 43"),
            std::to_string(count));
  EXPECT_EQ(fresh_.value("select count(*) from accounts where region_pass is not null"), "0");
}

TEST_P(Regions, ARegionChangedMeanwhileBeginsAnotherPass) {
  const ContactId id = add_phone("0676 1234567");
  choose("AT");
  store::WatchedStore watched(*store_);
  watched.before_write = [&] {
    const std::string zero = literal(ContactId{});
    fresh_.value("update accounts set default_region = 'DE', region_pass = " + zero);
    watched.before_write = [] {};
  };
  renew(watched);
  EXPECT_THAT(keys_of_contact(id), Contains("2 +496761234567"));
  check_keys(id);
}

TEST_P(Regions, AConcurrentEditWins) {
  const ContactId id = add_phone("0676 1234567");
  choose("AT");
  store::WatchedStore watched(*store_);
  watched.before_write = [&] {
    watched.before_write = [] {};
    fresh_.value("update contacts set rev = rev + 1000");
  };
  EXPECT_EQ(renew(watched), 0);
  EXPECT_EQ(country_of(id), "0");
  check_keys(id);
}

TEST_P(Regions, WaitUntilNoRequestHasTheOldOne) {
  add_phone("0676 1234567");
  choose("AT");
  EXPECT_EQ(run(renew_phone_keys(*store_, now())).value(), 0);
  EXPECT_EQ(renew(), 1);
}

TEST_P(Regions, SkipAContactThatCannotBeRead) {
  add_phone("0676 1234567");
  add_phone("0676 1234568");
  fresh_.value("update contacts set birthday = 'never' where phone = '0676 1234567'");
  choose("AT");
  EXPECT_EQ(renew(), 1);
  EXPECT_EQ(fresh_.value("select count(*) from accounts where region_pass is not null"), "0");
}

TEST_P(Regions, AnErasureDeletesTheKeysOfAnyRegion) {
  country_code_ = 43;
  const ContactId id = add_phone("0676 1234567");
  country_code_ = 49;
  ASSERT_TRUE(apply({.kind = ChangeKind::deleted, .id = id}));
  ASSERT_TRUE(run(trash_.erase(owner_, {.id = id})));
  EXPECT_EQ(count("contact_keys"), "0");
}

INSTANTIATE_TEST_SUITE_P(Databases, Regions, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
