#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "http/principal.hpp"

namespace kith::http {

/// What a route does, as far as permission goes. Everything that is somebody's is the caller's
/// own: nobody reads another account's contacts, whatever the role.
enum class Access : std::uint8_t {
  anyone,             ///< no credentials needed
  own_identity,       ///< who the caller is
  own_account,        ///< the caller's own account and sessions
  contacts_read,      ///< the caller's contacts, in lists and one by one
  contacts_create,    ///< adding one
  contacts_change,    ///< replacing, patching, favourites
  contacts_delete,    ///< deleting
  accounts_moderate,  ///< listing accounts, suspending and reinstating users
  accounts_manage,    ///< roles, deleting accounts
  service_inspect,    ///< metrics and settings
};

/// Who may change what of one's own contacts (setting KITH_ROLE_POLICY).
enum class RolePolicy : std::uint8_t {
  owner,   ///< everybody does everything with their own
  graded,  ///< users create and read, moderators also change, administrators also delete
};

/// Their names in the settings.
constexpr std::array<std::string_view, 2> names_of(RolePolicy) { return {"owner", "graded"}; }

/// One row of the permission table.
struct Permission {
  Access access;
  Role owner;   ///< the least role under RolePolicy::owner
  Role graded;  ///< the least role under RolePolicy::graded
  Scope scope;  ///< the least that credentials must be good for
};

/// The permission table: role x scope x operation, the only place that says who may do what. The
/// login gate reads it for every route; `anyone` never comes this far.
inline constexpr std::array<Permission, 10> permissions{{
    {Access::anyone, Role::user, Role::user, Scope::dav},
    {Access::own_identity, Role::user, Role::user, Scope::api_read},
    {Access::own_account, Role::user, Role::user, Scope::everything},
    {Access::contacts_read, Role::user, Role::user, Scope::api_read},
    {Access::contacts_create, Role::user, Role::user, Scope::api},
    {Access::contacts_change, Role::user, Role::moderator, Scope::api},
    {Access::contacts_delete, Role::user, Role::admin, Scope::api},
    {Access::accounts_moderate, Role::moderator, Role::moderator, Scope::everything},
    {Access::accounts_manage, Role::admin, Role::admin, Scope::everything},
    {Access::service_inspect, Role::admin, Role::admin, Scope::everything},
}};

/// The row of `access`.
constexpr const Permission& permission_of(Access access) {
  return permissions[static_cast<std::size_t>(access)];
}

/// The least role that may do `access`.
constexpr Role least_role(Access access, RolePolicy policy) {
  const Permission& row = permission_of(access);
  return policy == RolePolicy::graded ? row.graded : row.owner;
}

/// What the caller may do, for a handler that does several things at once.
struct Rights {
  const Principal& who;
  RolePolicy policy = RolePolicy::owner;

  /// Whether it may be done.
  bool allow(Access access) const {
    return who.role >= least_role(access, policy) && who.scope >= permission_of(access).scope;
  }
};

}  // namespace kith::http
