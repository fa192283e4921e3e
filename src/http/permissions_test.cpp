#include "http/permissions.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kith::http {

namespace {

using enum Access;

constexpr std::array contact_accesses{
    own_identity,  contacts_read, contacts_create, contacts_change, contacts_delete,
    photos_change, labels_read,   labels_create,   labels_change,   labels_delete,
    books_create,  books_change,  books_delete};

/// What a scope grants: `r` own_identity and reading contacts and labels, `w` their changes, `a`
/// all else, in small letters by the API, in capitals by DAV.
struct Row {
  Scope scope;
  std::string_view granted;
};

class ScopeGrants : public testing::TestWithParam<Row> {};

/// The letter of an operation in `Row::granted`.
char letter_of(Access access, Protocol protocol) {
  const bool reads = access == own_identity || access == contacts_read || access == labels_read;
  const bool writes = !reads && access >= contacts_create && access <= books_delete;
  const char letter = reads ? 'r' : writes ? 'w' : 'a';
  return protocol == Protocol::api ? letter : static_cast<char>(letter - 'a' + 'A');
}

TEST_P(ScopeGrants, OnlyTheseOperations) {
  const auto& [scope, granted] = GetParam();
  for (const Permission& row : permissions) {
    for (const Protocol protocol : {Protocol::api, Protocol::dav}) {
      EXPECT_EQ(is_granted(scope, row.access, protocol),
                granted.contains(letter_of(row.access, protocol)))
          << "access " << static_cast<int>(row.access) << " protocol "
          << static_cast<int>(protocol);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scopes, ScopeGrants,
                         testing::Values(Row{Scope::dav, "RW"}, Row{Scope::dav_read, "R"},
                                         Row{Scope::api_read, "r"}, Row{Scope::api, "rw"},
                                         Row{Scope::everything, "rwaRW"}));

TEST(Permissions, AreInTheOrderOfTheirEnumerations) {
  for (std::size_t i = 0; i < permissions.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(permissions[i].access), i);
  }
  ASSERT_EQ(grants.size(), names_of(Scope{}).size());
  for (std::size_t i = 0; i < grants.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(grants[i].scope), i);
  }
}

TEST(Permissions, NeedTheRoleAndTheScope) {
  const auto may = [](Role role, Scope scope, RolePolicy policy) {
    const Principal who{.account = {}, .role = role, .scope = scope};
    std::string letters;
    for (const Access access : contact_accesses) {
      letters.push_back(Rights{who, policy}.allow(access) ? '1' : '0');
    }
    return letters;
  };
  EXPECT_EQ(may(Role::user, Scope::everything, RolePolicy::owner), "1111111111111");
  EXPECT_EQ(may(Role::user, Scope::everything, RolePolicy::graded), "1110001100100");
  EXPECT_EQ(may(Role::moderator, Scope::api, RolePolicy::graded), "1111011110110");
  EXPECT_EQ(may(Role::admin, Scope::api, RolePolicy::graded), "1111111111111");
  EXPECT_EQ(may(Role::admin, Scope::api_read, RolePolicy::owner), "1100001000000");
  EXPECT_EQ(may(Role::admin, Scope::dav, RolePolicy::owner), "0000000000000") << "not by the API";
}

}  // namespace

}  // namespace kith::http
