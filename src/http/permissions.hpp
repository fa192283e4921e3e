#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
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

/// The protocol that a route speaks: how its errors are written and which credentials it asks for
/// (`http/problem`), and which permissions of a scope count.
enum class Protocol : std::uint8_t {
  api,  ///< the REST API and pages: problem+json, Bearer
  dav,  ///< CardDAV: an XML error (RFC 4918, section 16), Basic
};

/// One row of the permission table.
struct Permission {
  Access access;
  Role owner;   ///< the least role under RolePolicy::owner
  Role graded;  ///< the least role under RolePolicy::graded
};

/// The permission table: role x operation. The login gate reads it and `grants` for every route;
/// `anyone` never comes this far.
inline constexpr std::array<Permission, 10> permissions{{
    {Access::anyone, Role::user, Role::user},
    {Access::own_identity, Role::user, Role::user},
    {Access::own_account, Role::user, Role::user},
    {Access::contacts_read, Role::user, Role::user},
    {Access::contacts_create, Role::user, Role::user},
    {Access::contacts_change, Role::user, Role::moderator},
    {Access::contacts_delete, Role::user, Role::admin},
    {Access::accounts_moderate, Role::moderator, Role::moderator},
    {Access::accounts_manage, Role::admin, Role::admin},
    {Access::service_inspect, Role::admin, Role::admin},
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

/// A set of operations.
class AccessSet {
 public:
  constexpr AccessSet(std::initializer_list<Access> all) {
    for (const Access each : all) bits_ |= bit(each);
  }

  /// Every operation there is.
  static constexpr AccessSet all() {
    AccessSet set{};
    for (const Permission& row : permissions) set.bits_ |= bit(row.access);
    return set;
  }

  constexpr bool contains(Access access) const { return (bits_ & bit(access)) != 0; }

 private:
  static constexpr std::uint32_t bit(Access access) {
    return std::uint32_t{1} << static_cast<unsigned>(access);
  }

  std::uint32_t bits_ = 0;
};

/// What a scope grants by each protocol. Without the protocol, a password that may only read by the
/// API could write by CardDAV.
struct Grant {
  Scope scope;
  AccessSet api;
  AccessSet dav;
};

/// Reading the contacts of an account.
inline constexpr AccessSet reads{Access::own_identity, Access::contacts_read};

/// The same, and changing them.
inline constexpr AccessSet reads_and_writes{Access::own_identity, Access::contacts_read,
                                            Access::contacts_create, Access::contacts_change,
                                            Access::contacts_delete};

/// The scope table: scope x operation x protocol, in the order of `Scope`. A new scope is a row
/// here.
inline constexpr std::array<Grant, 5> grants{{
    {Scope::dav, {}, reads_and_writes},
    {Scope::dav_read, {}, reads},
    {Scope::api_read, reads, {}},
    {Scope::api, reads_and_writes, {}},
    {Scope::everything, AccessSet::all(), reads_and_writes},
}};

/// Whether credentials of `scope` are good for `access` by `protocol`.
constexpr bool is_granted(Scope scope, Access access, Protocol protocol) {
  const Grant& row = grants[static_cast<std::size_t>(scope)];
  return (protocol == Protocol::dav ? row.dav : row.api).contains(access);
}

/// What the caller may do by the API, for a handler that does several things at once.
struct Rights {
  const Principal& who;
  RolePolicy policy = RolePolicy::owner;

  /// Whether it may be done.
  bool allow(Access access) const {
    return who.role >= least_role(access, policy) && is_granted(who.scope, access, Protocol::api);
  }
};

}  // namespace kith::http
